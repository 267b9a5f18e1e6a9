// Tables and figures as Markdown.

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** With three digits that say something. */
export function number(value) {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** The median with the quartiles around it. */
export const spread = ({ median, low, high }, unit = '') =>
  `${number(median)}${unit && ` ${unit}`} (${number(low)} – ${number(high)})`;

export const percent = (share) => `${(share * 100).toFixed(0)} %`;
