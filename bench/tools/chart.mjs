// Draws a bar chart as SVG, readable on a light and on a dark page.

const WIDTH = 760;
const LABEL = 300;
const VALUE = 90;
const ROW = 26;
const TOP = 44;

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function row({ label, value, text, isOurs }, index, share) {
  const y = TOP + index * ROW;
  const length = Math.max(2, Math.round(share(value) * (WIDTH - LABEL - VALUE)));
  const weight = isOurs ? ' font-weight="bold"' : '';
  const fill = isOurs ? '#2563eb' : '#94a3b8';
  return `  <text x="${LABEL - 8}" y="${y + 15}" text-anchor="end"${weight}>${escape(label)}</text>
  <rect x="${LABEL}" y="${y + 2}" width="${length}" height="${ROW - 8}" rx="2" fill="${fill}"/>
  <text x="${LABEL + length + 6}" y="${y + 15}">${escape(text)}</text>`;
}

/**
 * @param {{
 *   title: string,
 *   bars: { label: string, value: number, text: string, isOurs?: boolean }[],
 *   logarithmic?: boolean,
 * }} chart
 */
export function barChart({ title, bars, logarithmic = false }) {
  const max = Math.max(...bars.map(({ value }) => value));
  const share = logarithmic
    ? (value) => Math.log10(value + 1) / Math.log10(max + 1)
    : (value) => value / max;
  const height = TOP + bars.length * ROW + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
  <title>${escape(title)}</title>
  <style>text { fill: #1e293b } @media (prefers-color-scheme: dark) { text { fill: #e2e8f0 } }</style>
  <text x="8" y="22" font-size="15" font-weight="bold">${escape(title)}</text>
${bars.map((bar, index) => row(bar, index, share)).join('\n')}
</svg>
`;
}
