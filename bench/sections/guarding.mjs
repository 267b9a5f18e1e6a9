// The cost of a guard: CPU per request and requests per second for one token, for 1,000 tokens in rotation, and for a new
// token on every request. All guards are apps of one process and take turns.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { DEFERRED, DEFERRING, guards, UNCHECKED } from '../apps/guards.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, request, withConnectionsToAll } from '../tools/load.mjs';
import { createMint } from '../tools/mint.mjs';
import { median, summary } from '../tools/statistics.mjs';

const CONNECTIONS = 16;
const BASELINE = 'baseline';
const OURS = 'express-client-jwt';
const NAMES = Object.keys(guards);
const ISSUER = 'https://issuer.example.test/';
const AUDIENCE = 'https://api.example.test';
const CLIENT = {
  clientId: 'a-calling-program',
  secrets: [{ hash: '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde' }],
};

const pem = ({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' });
const KEYS = {
  HS256: () => ({ secret: randomBytes(32).toString('base64url') }),
  RS256: () => ({ privateKey: pem(generateKeyPairSync('rsa', { modulusLength: 2048 })) }),
  ES256: () => ({ privateKey: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })) }),
};

const guarded = (token) =>
  request({ path: '/guarded', headers: { Authorization: `Bearer ${token}` } });

/** Each mode returns a function that prepares the requests of one round, which all contenders receive. */
const MODES = {
  'one token': (mint) => {
    const text = guarded(mint());
    return () => () => text;
  },
  '1,000 tokens': (mint) => {
    const texts = Array.from({ length: 1000 }, () => guarded(mint()));
    return () => (index) => texts[index % texts.length];
  },
  'new token each time': (mint) => (count) => {
    const texts = Array.from({ length: count }, () => guarded(mint()));
    return (index) => texts[index];
  },
};
const UNGUARDED_MODE = 'a route that nobody guards';

async function checkRejections({ name, connections: [connection] }, mint) {
  const good = mint();
  await flood([connection], { count: 1, next: () => guarded(good) });
  if (UNCHECKED.includes(name)) return;
  const bad = {
    'a bad signature': `${good.slice(0, -5)}AAAAA`,
    'another issuer': mint({ iss: 'https://elsewhere.example.test/' }),
    'another audience': mint({ aud: 'https://elsewhere.example.test' }),
    'an expired token': mint({ exp: 1 }),
  };
  for (const [kind, token] of Object.entries(bad)) {
    const { status } = await connection.ask(guarded(token));
    if (status !== 401) throw new Error(`${name} responds to ${kind} with ${status}.`);
  }
}

/**
 * Measures CPU microseconds per request and requests per second of each app, once a round. Turns are short, so that other
 * work on the machine affects all apps alike.
 */
async function measureApps(server, apps, prepare, { rounds, requests, warmUp }) {
  let next = prepare(warmUp);
  for (const { connections } of apps) await flood(connections, { count: warmUp, next });
  const turns = new Map(apps.map((app) => [app, []]));
  await inTurn(apps, rounds, async (app, isFirst) => {
    if (isFirst) next = prepare(requests);
    const before = await server.ask('cpu');
    const { perSecond } = await flood(app.connections, { count: requests, next });
    const cpu = ((await server.ask('cpu')) - before) / requests;
    turns.get(app).push({ cpu, perSecond });
  });
  return [...turns.values()];
}

/** Measures the apps in all modes with one server process. Resolves with the turns of each mode and contender. */
async function measureProcess(alg, { firstWarmUp, ...effort }) {
  const settings = { ...KEYS[alg](), alg, issuer: ISSUER, audience: AUDIENCE };
  const mint = createMint({ ...settings, subject: CLIENT.clientId });
  return withApps({ ...settings, client: CLIENT }, async (server, [baseline, ...contenders]) => {
    const results = [];
    async function add(mode, chosen, prepare) {
      const apps = [baseline, ...chosen];
      const [alone, ...measured] = await measureApps(server, apps, prepare, effort);
      const deferred = measured[chosen.findIndex(({ name }) => name === DEFERRED)];
      chosen.forEach(({ name }, index) => {
        const bare = DEFERRING.includes(name) ? deferred : alone;
        const turns = measured[index].map((turn, round) => ({ ...turn, alone: bare[round].cpu }));
        results.push({ mode, name, turns });
      });
    }

    for (const contender of contenders) await checkRejections(contender, mint);
    const text = guarded(mint());
    for (const { connections } of [baseline, ...contenders])
      await flood(connections, { count: firstWarmUp, next: () => text });
    for (const [mode, prepareMode] of Object.entries(MODES))
      await add(mode, contenders, prepareMode(mint));
    const upToOurs = contenders.slice(0, NAMES.indexOf(OURS) + 2);
    const open = request({ path: '/open' });
    if (alg === 'HS256') await add(UNGUARDED_MODE, upToOurs, () => () => open);
    return results;
  });
}

/** Runs the work with one process that has all apps, and with connections to each app. */
function withApps(settings, work) {
  const connect = ([server]) =>
    withConnectionsToAll(server.ports, CONNECTIONS, (all) =>
      work(
        server,
        all.map((connections, index) => ({ name: [BASELINE, ...NAMES][index], connections })),
      ),
    );
  return withServers('guards', ['guards'], settings, connect, { isPinned: true });
}

/** Compares each turn with the baseline in the same round. */
const toFigures = (turns) => ({
  cpu: summary(turns.map(({ cpu }) => cpu)),
  added: summary(turns.map(({ cpu, alone }) => cpu - alone)),
  capacity: summary(turns.map(({ cpu, alone }) => alone / cpu)),
  perSecond: median(turns.map(({ perSecond }) => perSecond)),
});

/**
 * Resolves with the figures of each algorithm, mode and contender, in this order. The server is started `starts` times
 * because V8 optimizes the same code differently from process to process.
 */
export async function guarding({
  algorithms = Object.keys(KEYS),
  starts = 3,
  rounds = 40,
  requests = 300,
  warmUp = 2000,
  firstWarmUp = 10_000,
} = {}) {
  const figures = {};
  for (const alg of algorithms) {
    const turnsOf = {};
    for (let start = 0; start < starts; start++) {
      const results = await measureProcess(alg, { rounds, requests, warmUp, firstWarmUp });
      for (const { mode, name, turns } of results)
        ((turnsOf[mode] ??= {})[name] ??= []).push(...turns);
    }
    figures[alg] = mapValues(turnsOf, (names) => mapValues(names, toFigures));
  }
  return figures;
}

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
