// Turns the figures of the sections into Markdown.
import { number, percent, spread, table } from './tools/markdown.mjs';

const OURS = 'express-client-jwt';
const MODES = ['one token', 'new token each time'];
/** The guards that the README leaves out. */
const DETAILS = ['Express alone, deferred', 'a header read', `${OURS}, all endpoints`];
const mib = (bytes) => `${number(bytes / 2 ** 20)} MiB`;
const ms = (value) => `${number(value)} ms`;

function guardingTable([alg, modes]) {
  const head = ['request', 'guard', 'CPU, µs', 'added, µs', 'requests/s', 'capacity'];
  const lines = Object.entries(modes).flatMap(([mode, guards]) =>
    Object.entries(guards).map(([name, { cpu, added, perSecond, capacity }]) => [
      mode,
      name,
      spread(cpu),
      spread(added),
      number(perSecond),
      spread(capacity, percent),
    ]),
  );
  return `### ${alg}\n\n${table(head, lines)}`;
}

const guardingSection = (figures, results) => `## Guarding a route

- *CPU* is the CPU time of the server process for one request.
- *Added* is the CPU time that a bare Express route does not need.
- *Capacity* is the number of requests that the same CPU time serves, as a share of the bare route's.

All apps run in one process and take turns. "Express alone" is the bare route compared with itself, so it shows the noise.
"Express alone, deferred" calls the route from setImmediate. Responses of concurrent requests then leave together, which
costs less, so express-jwt, which does the same, is compared with this route. "A header read" is two layers of middleware;
one of them reads a header. "A guard that checks nothing" also recognizes the request in the second layer and sets a property
on it, as any package with a middleware and a guard must. All other guards check signature, algorithm, issuer, audience and
times, and prepare their keys at startup. This package also looks up the client in its array of clients. With "all endpoints"
it also has the endpoints of the standards and a store of revocations.

${Object.entries(figures).map(guardingTable).join('\n\n')}${otherVersions(results)}`;

/** Creates the table of the capacity on other versions of Node.js; undefined if there are no figures of them. */
export function versionsTable(results) {
  const columns = Object.entries(results)
    .filter(([name]) => name.startsWith('guarding-'))
    .flatMap(([, { machine, figures }]) =>
      Object.entries(figures).flatMap(([alg, modes]) =>
        MODES.map((mode) => ({
          head: `${machine.split(',')[0]}, ${alg}, ${mode}`,
          guards: modes[mode],
        })),
      ),
    );
  if (columns.length === 0) return undefined;
  const names = Object.keys(columns[0].guards).filter((name) => !DETAILS.includes(name));
  const lines = names.map((name) => [
    name,
    ...columns.map(({ guards }) => spread(guards[name].capacity, percent)),
  ]);
  return table(['capacity left', ...columns.map(({ head }) => head)], lines);
}

function otherVersions(results) {
  const versions = versionsTable(results);
  return versions === undefined ? '' : `\n\n### Other versions of Node.js\n\n${versions}`;
}

function issuingSection({ again, first }) {
  const againHead = ['token route', 'stored secrets', 'tokens/s', 'CPU per token, µs'];
  const againLines = again.map(({ name, hashes, perSecond, cpu }) => [
    name,
    hashes ? 'bcrypt, cost 10' : 'plaintext',
    spread(perSecond),
    spread(cpu),
  ]);
  const firstHead = ['token route', 'tokens/s', 'quiet p99', 'busy p99', 'ratio'];
  const firstLines = first.map(({ name, perSecond, quietP99, p99, ratio }) => [
    name,
    spread(perSecond),
    ms(quietP99),
    ms(p99),
    spread(ratio),
  ]);
  return `## Issuing tokens

200 clients share 8 connections, and each client has asked before. This package remembers that a secret was correct. The
others hash it each time, or store it as plaintext.

${table(againHead, againLines)}

200 clients ask at once for the first time, while a visitor requests a route that has nothing to do with tokens. The p99
columns are the latency of that route before and meanwhile. A client that receives 503 with Retry-After retries as told.

${table(firstHead, firstLines)}`;
}

function harmSection(rows) {
  const head = [
    'connections',
    'token route',
    'quiet p99',
    'attacked p50',
    'attacked p99',
    'ratio of p99',
    'event loop delay, p99 / max',
    'rejected/s',
  ];
  const lines = rows.map((row) => [
    row.attackers,
    row.name,
    ms(row.quietP99),
    ms(row.p50),
    ms(row.p99),
    spread(row.ratio),
    `${ms(row.delayP99)} / ${ms(row.delayMax)}`,
    number(row.rejectedPerSecond),
  ]);
  return `## Harm

Connections send wrong secrets without a pause, while a visitor requests a route that has nothing to do with tokens. Each
visit opens a new connection. The latencies are those of that route, before and during the attack.

${table(head, lines)}`;
}

function memorySection({ bytesPerToken, bytesPerSecret, series }) {
  const head = ['requests with', 'many', 'heap', 'many more', 'heap', 'ratio'];
  const lines = series.map(({ what, counts, heaps }) => [
    what,
    ...counts.flatMap((count, index) => [count.toLocaleString('en'), mib(heaps[index])]),
    number(heaps[1] / heaps[0]),
  ]);
  return `## Memory

A cached token takes ${number(bytesPerToken)} bytes, and a cached secret ${number(bytesPerSecret)} bytes.
The table compares the heap after many requests with the heap after many more.

${table(head, lines)}`;
}

/** Creates the table of how long the parts of an app take to start. */
export function startTable({ expressMs, requireMs, mountedMs, cachedMs }) {
  return table(
    ['step', 'time, ms'],
    [
      ['Express loads', spread(expressMs)],
      ['the package loads', spread(requireMs)],
      ['the package loads and is mounted', spread(mountedMs)],
      ['the same with NODE_COMPILE_CACHE', spread(cachedMs)],
    ],
  );
}

const startSection = (figures) => `## Start

The package adds ${mib(figures.heapBytes[0])} of heap to an Express app.

${startTable(figures)}`;

/** Creates the table of few and of a great many clients. */
export function scaleTable(rows) {
  const head = ['clients', 'in', 'processes', 'heap', 'CPU, µs', 'p50', 'p99', 'longest stall'];
  const lines = rows.map((row) => [
    row.clients.toLocaleString('en'),
    row.store,
    row.processes,
    mib(row.heap),
    number(row.cpu),
    ms(row.p50),
    ms(row.p99),
    row.stall === undefined ? '' : ms(row.stall),
  ]);
  return table(head, lines);
}

const scaleSection = (rows) => `## Scale

Each client has one token. 16 connections send 60,000 requests to a guarded route with the tokens in rotation. At most
10,000 tokens and 10,000 clients are cached, so nearly all requests of the larger rows verify a token and look a client up.
The connections are shared out among the processes. The longest stall of the event loop is measured while one client of a
file changes and the file is read again.

${scaleTable(rows)}`;

const SECTIONS = {
  guarding: guardingSection,
  issuing: issuingSection,
  harm: harmSection,
  scale: scaleSection,
  memory: memorySection,
  start: startSection,
};

/** What the chart of a section shows. */
const CHARTS = {
  guarding: 'Capacity of a route behind a guard, for a token that it has seen',
  issuing: 'Tokens per second, for clients that have authenticated before',
  harm: 'p99 of an unrelated route while 64 connections send wrong secrets',
};

/** Creates the tables of the sections that have results. */
export function report(results) {
  const parts = Object.entries(SECTIONS)
    .filter(([name]) => results[name] !== undefined)
    .map(([name, toMarkdown]) => {
      const { figures, machine } = results[name];
      const chart = CHARTS[name] === undefined ? '' : `\n\n![${CHARTS[name]}](${name}.svg)`;
      return `${toMarkdown(figures, results)}${chart}\n\nMeasured on ${machine}.`;
    });
  return `# Benchmark results

Written by \`npm run bench\`. Contenders take turns: guards as apps of one process, the others in processes of their own. Figures are medians, with
quartiles in brackets. Compare only figures of one table: the machine was shared, and yours is a different one.

${parts.join('\n\n')}
`;
}

/** Creates the table that the README of the package shows. */
export function summaryTable(figures) {
  const columns = Object.keys(figures).flatMap((alg) => MODES.map((mode) => ({ alg, mode })));
  const [{ alg, mode }] = columns;
  const names = Object.keys(figures[alg][mode]).filter((name) => !DETAILS.includes(name));
  const lines = names.map((name) => [
    name === OURS ? `**${name}**` : name,
    ...columns.map((column) => percent(figures[column.alg][column.mode][name].capacity[0])),
  ]);
  const head = columns.map((column) => `${column.alg}, ${column.mode}`);
  return table(['capacity left', ...head], lines);
}
