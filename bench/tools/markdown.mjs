// Formats tables and figures as Markdown.

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function decimals(value) {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/** Rounds a number to the digits that {@link number} shows. */
export const round = (value) => Number(value.toFixed(decimals(value)));

export function number(value) {
  const digits = decimals(value);
  return digits === 0 ? Math.round(value).toLocaleString('en') : value.toFixed(digits);
}

export const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** Formats a median with its quartiles in brackets. */
export const spread = ([median, low, high], format = number) =>
  `${format(median)} (${format(low)} – ${format(high)})`;
