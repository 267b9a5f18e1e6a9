// What a guard costs: CPU per request and requests per second, for a token that was seen before, for a thousand of them in
// rotation, and for a token that is new each time. All guards are apps of one process and take turns in it.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { guards, OPEN } from '../apps/guards.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, request, withConnectionsToAll } from '../tools/load.mjs';
import { createMint } from '../tools/mint.mjs';
import { median, summary } from '../tools/statistics.mjs';

const CONNECTIONS = 16;
const BASELINE = 'the baseline';
const OURS = 'express-client-jwt';
const NAMES = Object.keys(guards);
const ISSUER = 'https://issuer.example.test/';
const AUDIENCE = 'https://api.example.test';
const CLIENT = {
  clientId: 'a-calling-program',
  secrets: [{ hash: '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde' }],
};
/** The request that has nothing to do with the package. */
const UNGUARDED = 'a route that nobody guards';
const UNGUARDED_REQUEST = request({ path: '/open' });

const KEYS = {
  HS256: () => ({ secret: randomBytes(32).toString('base64url') }),
  RS256: () => ({
    privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(PEM),
  }),
  ES256: () => ({
    privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM),
  }),
};
const PEM = { type: 'pkcs8', format: 'pem' };

const guardedWith = (token) =>
  request({ path: '/guarded', headers: { Authorization: `Bearer ${token}` } });

/** How tokens are chosen: for so many requests to each contender, which all get the same ones. */
const MODES = {
  'one token': (mint) => {
    const text = guardedWith(mint());
    return () => () => text;
  },
  '1,000 tokens': (mint) => {
    const texts = Array.from({ length: 1000 }, () => guardedWith(mint()));
    return () => (index) => texts[index % texts.length];
  },
  'new token each time': (mint) => (count) => {
    const texts = Array.from({ length: count }, () => guardedWith(mint()));
    return (index) => texts[index];
  },
};

async function checkRefusals({ name, connections: [connection] }, mint) {
  const good = mint();
  await flood([connection], { count: 1, next: () => guardedWith(good) });
  if (OPEN.includes(name)) return;
  const bad = {
    'a bad signature': `${good.slice(0, -5)}AAAAA`,
    'another issuer': mint({ iss: 'https://elsewhere.example.test/' }),
    'another audience': mint({ aud: 'https://elsewhere.example.test' }),
    'an expired token': mint({ exp: 1 }),
  };
  for (const [kind, token] of Object.entries(bad)) {
    const { status } = await connection.ask(guardedWith(token));
    if (status !== 401) throw new Error(`${name} answers ${kind} with ${status}.`);
  }
}

/**
 * CPU of each app for a request in microseconds, and requests per second: a figure for each round. The turns are short, so
 * that what else the machine does meets all alike.
 */
async function measure(server, apps, choose, { rounds, requests, warmUp }) {
  let next = choose(warmUp);
  for (const { connections } of apps) await flood(connections, { count: warmUp, next });
  const turns = new Map(apps.map((app) => [app, []]));
  await inTurn(apps, rounds, async (app, isFirst) => {
    if (isFirst) next = choose(requests);
    const before = await server.ask('cpu');
    const { ms } = await flood(app.connections, { count: requests, next });
    turns
      .get(app)
      .push({
        cpu: ((await server.ask('cpu')) - before) / requests,
        perSecond: requests / (ms / 1000),
      });
  });
  return [...turns.values()];
}

/**
 * The server is started `starts` times: what the compiler makes of the same code differs from process to process. Resolves
 * with a row for each algorithm, mode and contender.
 */
export async function guarding({ starts = 3, ...effort } = {}) {
  const rows = [];
  for (const alg of Object.keys(KEYS)) {
    const figures = new Figures();
    for (let start = 0; start < starts; start++) await measureStart(alg, figures, effort);
    rows.push(...figures.rows().map((row) => ({ alg, ...row })));
  }
  return rows;
}

async function measureStart(
  alg,
  figures,
  { rounds = 60, requests = 300, warmUp = 2000, firstWarmUp = 10_000 },
) {
  const settings = { ...KEYS[alg](), alg, issuer: ISSUER, audience: AUDIENCE };
  const mint = createMint({ ...settings, subject: CLIENT.clientId });
  await withApps({ ...settings, client: CLIENT }, async (server, [baseline, ...contenders]) => {
    async function add(mode, choose, chosen = contenders) {
      const apps = [baseline, ...chosen];
      figures.add(mode, apps, await measure(server, apps, choose, { rounds, requests, warmUp }));
    }

    for (const contender of contenders) await checkRefusals(contender, mint);
    const text = guardedWith(mint());
    for (const { connections } of [baseline, ...contenders])
      await flood(connections, { count: firstWarmUp, next: () => text });
    for (const [mode, choose] of Object.entries(MODES)) await add(mode, choose(mint));
    const upToOurs = contenders.slice(0, NAMES.indexOf(OURS) + 1);
    if (alg === 'HS256') await add(UNGUARDED, () => () => UNGUARDED_REQUEST, upToOurs);
  });
}

/** One process with all apps, and connections to each of them. */
function withApps(settings, work) {
  const connect = ([server]) =>
    withConnectionsToAll(server.ports, CONNECTIONS, (all) =>
      work(
        server,
        all.map((connections, index) => ({ name: [BASELINE, ...NAMES][index], connections })),
      ),
    );
  return withServers('guards', ['the guards'], settings, connect, true);
}

/** The figures of all rounds of all starts. */
class Figures {
  #byMode = {};

  /** What was measured of the apps, the baseline first. */
  add(mode, [, ...contenders], [baseline, ...measured]) {
    const byName = (this.#byMode[mode] ??= {});
    contenders.forEach(({ name }, index) => {
      const turns = measured[index].map((turn, round) => ({ ...turn, alone: baseline[round].cpu }));
      (byName[name] ??= []).push(...turns);
    });
  }

  /** Capacity is how many requests the CPU of one request to Express alone serves, in the same round. */
  rows() {
    return Object.entries(this.#byMode).flatMap(([mode, byName]) =>
      Object.entries(byName).map(([name, turns]) => ({
        ...{ mode, name, cpu: summary(turns.map(({ cpu }) => cpu)) },
        added: summary(turns.map(({ cpu, alone }) => cpu - alone)),
        capacity: summary(turns.map(({ cpu, alone }) => alone / cpu)),
        perSecond: median(turns.map(({ perSecond }) => perSecond)),
      })),
    );
  }
}
