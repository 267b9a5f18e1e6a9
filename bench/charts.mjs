// The charts of the sections that have one.
import { issuers } from './apps/issuers.mjs';
import { barChart } from './tools/chart.mjs';
import { number, percent } from './tools/markdown.mjs';

const OURS = 'express-client-jwt';

const bar = (name, value, format, label = name) => ({
  label,
  value,
  text: format(value),
  isOurs: name === OURS,
});

const issuerBar = (name, value) =>
  bar(name, value, number, issuers[name].hashes ? name : `${name} (plaintext secrets)`);

function guardingChart(figures) {
  return barChart({
    title: 'Capacity of a route behind a guard (HS256, one token)',
    bars: Object.entries(figures.HS256['one token']).map(
      ([
        name,
        {
          capacity: [median],
        },
      ]) => bar(name, median, percent),
    ),
  });
}

function issuingChart({ again }) {
  return barChart({
    title: 'Tokens per second for clients that have asked before (logarithmic)',
    logarithmic: true,
    bars: again.map(({ name, perSecond: [median] }) => issuerBar(name, median)),
  });
}

function harmChart(rows) {
  const max = Math.max(...rows.map(({ attackers }) => attackers));
  return barChart({
    title: `p99 of an unrelated route while ${max} connections send wrong secrets, ms (logarithmic)`,
    logarithmic: true,
    bars: rows
      .filter(({ attackers }) => attackers === max)
      .map(({ name, p99 }) => issuerBar(name, p99)),
  });
}

const CHARTS = { guarding: guardingChart, issuing: issuingChart, harm: harmChart };

/** Draws the charts of the sections that have results. Returns SVG by file name. */
export function charts(results) {
  const drawn = Object.entries(CHARTS).filter(([name]) => results[name] !== undefined);
  return Object.fromEntries(
    drawn.map(([name, draw]) => [`${name}.svg`, draw(results[name].figures)]),
  );
}
