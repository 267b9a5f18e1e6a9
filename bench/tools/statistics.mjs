// Combines the figures of many rounds.

export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (values) => percentile(values, 0.5);

/** Returns the median, the lower quartile and the upper quartile. */
export const summary = (values) => [0.5, 0.25, 0.75].map((share) => percentile(values, share));
