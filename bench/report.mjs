// Turns the figures of results/*.json into results/README.md, the charts, and summary.md, which the README shows.
import { issuers } from './apps/issuers.mjs';
import { barChart } from './tools/chart.mjs';
import { number, percent, spread, table } from './tools/markdown.mjs';

const OURS = 'express-client-jwt';
const unique = (values) => [...new Set(values)];
const mib = (bytes) => `${number(bytes / 2 ** 20)} MiB`;
const ms = (value) => `${number(value)} ms`;

function guardingTables(rows) {
  return unique(rows.map(({ alg }) => alg)).map((alg) => {
    const ofAlg = rows.filter((row) => row.alg === alg);
    const lines = ofAlg.map(({ mode, name, cpu, added, perSecond, capacity }) => [
      ...[mode, name, spread(cpu), spread(added), number(perSecond)],
      `${percent(capacity.median)} (${percent(capacity.low)} – ${percent(capacity.high)})`,
    ]);
    return `### ${alg}\n\n${table(['request', 'guard', 'CPU, µs', 'added, µs', 'requests/s', 'capacity'], lines)}`;
  });
}

function guardingSection(rows) {
  return `## Guarding a route

CPU of the server process for each request, what of it a bare Express route does not need, and the share of that route's
requests that the same CPU serves (capacity). All the apps are in one process and take turns there. Express alone is compared
with itself: that is the noise. The two rows after it check nothing: two layers of middleware, one of which reads a header, and
the same with the two things that any package needs which is mounted in one place and guards in another: to know the request
again, and to leave a property on it. Every guard checks signature, algorithm, issuer, audience and times, with its key
prepared; this package also looks up, in its array of clients, whether the client still is as it was.

${guardingTables(rows).join('\n\n')}`;
}

function stepsSection(rows) {
  const lines = rows.map(({ name, micros }, index) => [
    ...[
      name,
      spread(micros),
      index === 0 ? '' : number(micros.median - rows[index - 1].micros.median),
    ],
  ]);
  return `## What a guard's time goes into

A request with a token that was seen before, without the network: an app by hand that does one thing more in each row, and this
package, which does them all. Most of it is less the work than where it is done. Express gives each request another prototype,
and from then on V8 gives it a hidden class of its own with every property that is added: what is read from a request is looked
up in the slow way each time, and to add a property, such as \`req.jwt\`, copies the description of all that it has.

${table(['step', 'µs', 'more than the row before'], lines)}`;
}

function issuingSection({ again, first }) {
  const againRows = again.map(({ name, hashes, perSecond, cpu }) => [
    ...[name, hashes ? 'bcrypt, cost 10' : 'in clear', spread(perSecond), spread(cpu, 'µs')],
  ]);
  const firstRows = first.map(({ name, perSecond, quietP99, p99, ratio }) => [
    ...[name, spread(perSecond), ms(quietP99), ms(p99), spread(ratio)],
  ]);
  return `## Issuing tokens

200 clients over 8 connections, each of which has asked before. This package remembers that a secret was right; the others
hash it each time, or keep it in clear:

${table(['token route', 'secrets are kept', 'tokens/s', 'CPU for a token'], againRows)}

200 clients at once, none of which has asked before, while somebody visits an innocent route. Who is told to come again
(503 with Retry-After) does.

${table(['token route', 'tokens/s', 'innocent p99, quiet', 'p99 meanwhile', 'ratio'], firstRows)}`;
}

function harmSection(rows) {
  const lines = rows.map(({ name, attackers, quiet, attacked, ratio, refusedPerSecond }) => [
    ...[attackers, name, ms(quiet.p99), ms(attacked.p50), ms(attacked.p99), spread(ratio)],
    ...[`${ms(attacked.delayP99)} / ${ms(attacked.delayMax)}`, number(refusedPerSecond)],
  ]);
  const head = [
    'connections',
    'token route',
    'innocent p99, quiet',
    'p50 attacked',
    'p99 attacked',
    'ratio of p99',
  ];
  return `## Harm

An innocent route, visited over new connections, while others send wrong secrets without pause; and how late the event loop
is (p99 / longest).

${table([...head, 'event loop late', 'refused/s'], lines)}`;
}

function memorySection({ perToken, perSecret, series }) {
  const lines = series.map(({ what, counts, heaps }) => [
    ...counts.map((count) => count.toLocaleString('en')),
    ...[what, ...heaps.map(mib), number(heaps[1] / heaps[0])],
  ]);
  return `## Memory

A remembered token: ${number(perToken)} bytes. A remembered secret: ${number(perSecret)} bytes.

${table(['first', 'then', 'of', 'heap after the first', 'heap then', 'ratio'], lines)}`;
}

function startSection({ expressMs, requireMs, mountedMs, heapBytes }) {
  return `## Start

Express alone is loaded in ${spread(expressMs, 'ms')}. The package adds ${spread(requireMs, 'ms')}, ${spread(mountedMs, 'ms')}
until it is mounted, and ${mib(heapBytes.median)} of heap.`;
}

function coresSection({ perSecond, ratio }) {
  const lines = perSecond.map((each) => [each.workers, spread(each)]);
  return `## Cores

The example server under node:cluster, its guarded route; the sender runs on the same cores.

${table(['workers', 'requests/s'], lines)}

Ratio: ${spread(ratio)}.`;
}

const SECTIONS = {
  guarding: guardingSection,
  steps: stepsSection,
  issuing: issuingSection,
  harm: harmSection,
  memory: memorySection,
  start: startSection,
  cores: coresSection,
};

/** All tables; sections without figures are left out. */
export function report(results) {
  const parts = Object.entries(SECTIONS)
    .filter(([name]) => results[name] !== undefined)
    .map(
      ([name, render]) =>
        `${render(results[name].figures)}\n\nMeasured on ${results[name].machine}.`,
    );
  return `# Measured

Made by \`npm run bench\`. Contenders take turns, most in processes of their own; figures are medians, with quartiles in
brackets. Only ratios within one table mean anything: the machine was shared, and yours is another one.

${parts.join('\n\n')}
`;
}

const capacityOf = (rows, alg, mode) => (name) =>
  rows.find((row) => row.alg === alg && row.mode === mode && row.name === name)?.capacity.median;

const SUMMARY_MODES = ['one token', 'new token each time'];

/** The few figures that the README shows. */
export function summaryTable({ guarding }) {
  if (guarding === undefined) return '';
  const rows = guarding.figures;
  const names = unique(rows.map(({ name }) => name));
  const algs = unique(rows.map(({ alg }) => alg));
  const columns = algs.flatMap((alg) => SUMMARY_MODES.map((mode) => ({ alg, mode })));
  const lines = names.map((name) => [
    name === OURS ? `**${name}**` : name,
    ...columns.map(({ alg, mode }) => percent(capacityOf(rows, alg, mode)(name))),
  ]);
  return `${table(['capacity left', ...columns.map(({ alg, mode }) => `${alg}, ${mode}`)], lines)}\n`;
}

const labelOf = (name) => (issuers[name].hashes ? name : `${name} (secrets in clear)`);

function guardingChart(rows) {
  const capacity = capacityOf(rows, 'HS256', 'one token');
  return barChart({
    title: 'What a guard leaves of a bare Express route (HS256, a token seen before)',
    bars: unique(rows.map(({ name }) => name)).map((name) => ({
      ...{
        label: name,
        value: capacity(name),
        text: percent(capacity(name)),
        isOurs: name === OURS,
      },
    })),
  });
}

function issuingChart({ again }) {
  return barChart({
    title: 'Tokens per second for clients that have asked before (logarithmic)',
    logarithmic: true,
    bars: again.map(({ name, perSecond: { median } }) => ({
      ...{ label: labelOf(name), value: median, text: number(median), isOurs: name === OURS },
    })),
  });
}

function harmChart(rows) {
  const mostAttackers = Math.max(...rows.map(({ attackers }) => attackers));
  return barChart({
    title: `An innocent route while ${mostAttackers} connections send wrong secrets: p99, ms (logarithmic)`,
    logarithmic: true,
    bars: rows
      .filter(({ attackers }) => attackers === mostAttackers)
      .map(({ name, attacked: { p99 } }) => ({
        label: labelOf(name),
        value: p99,
        text: number(p99),
        isOurs: name === OURS,
      })),
  });
}

const CHARTS = { guarding: guardingChart, issuing: issuingChart, harm: harmChart };

/** The charts of the sections that have one, by file name. */
export function charts(results) {
  const drawn = Object.entries(CHARTS).filter(([name]) => results[name] !== undefined);
  return Object.fromEntries(
    drawn.map(([name, draw]) => [`${name}.svg`, draw(results[name].figures)]),
  );
}
