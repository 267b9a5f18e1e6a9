// A bar chart as SVG, plain enough for every viewer, readable on a light and on a dark page.

const WIDTH = 760;
const LABEL = 300;
const VALUE = 90;
const ROW = 26;
const TOP = 44;

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/**
 * @param {{ title: string, bars: { label: string, value: number, text: string, isOurs?: boolean }[], logarithmic?: boolean }} chart
 */
export function barChart({ title, bars, logarithmic = false }) {
  const most = Math.max(...bars.map(({ value }) => value));
  const lengthOf = logarithmic
    ? (value) => Math.log10(value + 1) / Math.log10(most + 1)
    : (value) => value / most;
  const rows = bars.map(({ label, value, text, isOurs }, index) => {
    const y = TOP + index * ROW;
    const length = Math.max(2, Math.round(lengthOf(value) * (WIDTH - LABEL - VALUE)));
    return `  <text x="${LABEL - 8}" y="${y + 15}" text-anchor="end"${isOurs ? ' font-weight="bold"' : ''}>${escape(label)}</text>
  <rect x="${LABEL}" y="${y + 2}" width="${length}" height="${ROW - 8}" rx="2" fill="${isOurs ? '#2563eb' : '#94a3b8'}"/>
  <text x="${LABEL + length + 6}" y="${y + 15}">${escape(text)}</text>`;
  });
  const height = TOP + bars.length * ROW + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
  <title>${escape(title)}</title>
  <style>text { fill: #1e293b } @media (prefers-color-scheme: dark) { text { fill: #e2e8f0 } }</style>
  <text x="8" y="22" font-size="15" font-weight="bold">${escape(title)}</text>
${rows.join('\n')}
</svg>
`;
}
