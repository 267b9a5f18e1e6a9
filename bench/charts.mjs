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

/** The rows that say something about the method, and not about a guard. */
const NOT_DRAWN = ['Express alone, deferred', 'a header read', `${OURS}, all endpoints`];

const guardingChart = (mode, title) => (figures) =>
  barChart({
    title: `Capacity of a route behind a guard, ${title} (HS256)`,
    bars: Object.entries(figures.HS256[mode])
      .filter(([name]) => !NOT_DRAWN.includes(name))
      .map(([name, { capacity }]) => bar(name, capacity[0], percent)),
  });

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

/** The charts by file name: the section that has the figures, and how to draw them. */
const CHARTS = {
  guarding: ['guarding', guardingChart('one token', 'for a token that it has seen')],
  'guarding-new': ['guarding', guardingChart('new token each time', 'for a new token')],
  issuing: ['issuing', issuingChart],
  harm: ['harm', harmChart],
};

/** Draws the charts of the sections that have results. Returns SVG by file name. */
export function charts(results) {
  const drawn = Object.entries(CHARTS).filter(([, [section]]) => results[section] !== undefined);
  return Object.fromEntries(
    drawn.map(([name, [section, draw]]) => [`${name}.svg`, draw(results[section].figures)]),
  );
}
