// What a guard costs: CPU per request and requests per second, for a token that was seen before, for a thousand of them in
// rotation, and for a token that is new each time.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { guards, OPEN } from '../apps/guards.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, request, withConnections, withConnectionsToAll } from '../tools/load.mjs';
import { createMint } from '../tools/mint.mjs';
import { median, summary } from '../tools/statistics.mjs';

const CONNECTIONS = 16;
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
  RS256: () => ({ privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(PEM) }),
  ES256: () => ({ privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM) }),
};
const PEM = { type: 'pkcs8', format: 'pem' };

const guardedWith = (token) => request({ path: '/guarded', headers: { Authorization: `Bearer ${token}` } });

/** How the tokens of a round are chosen; `perRound` of them are minted before it, the same for every contender. */
const MODES = {
  'one token': (mint) => {
    const text = guardedWith(mint());
    return () => () => text;
  },
  '1,000 tokens': (mint) => {
    const texts = Array.from({ length: 1000 }, () => guardedWith(mint()));
    return () => (index) => texts[index % texts.length];
  },
  'new token each time': (mint, perRound) => () => {
    const texts = Array.from({ length: perRound }, () => guardedWith(mint()));
    return (index) => texts[index];
  },
};

async function checkRefusals(server, mint) {
  await withConnections(server.port, 1, async ([connection]) => {
    const good = mint();
    await flood([connection], { count: 1, next: () => guardedWith(good) });
    if (OPEN.includes(server.name)) return;
    const bad = {
      'a bad signature': `${good.slice(0, -5)}AAAAA`,
      'another issuer': mint({ iss: 'https://elsewhere.example.test/' }),
      'another audience': mint({ aud: 'https://elsewhere.example.test' }),
      'an expired token': mint({ exp: 1 }),
    };
    for (const [kind, token] of Object.entries(bad)) {
      const { status } = await connection.ask(guardedWith(token));
      if (status !== 401) throw new Error(`${server.name} answers ${kind} with ${status}.`);
    }
  });
}

/**
 * CPU of each contender for a request and of Express alone in the same process, in microseconds, and requests per second:
 * the means of one start. The two take turns that are short, so that what else the machine does meets both alike.
 */
async function measure(servers, nextRound, { rounds, requests, warmUp }) {
  const ports = servers.flatMap((server) => server.ports);
  let next = nextRound();
  return withConnectionsToAll(ports, CONNECTIONS, async (all) => {
    const totals = all.map((connections) => ({ connections, micros: 0, ms: 0 }));
    const pairs = servers.map((server, index) => ({ server, apps: totals.slice(2 * index, 2 * index + 2) }));
    for (const { connections } of totals) await flood(connections, { count: warmUp, next });
    await inTurn(pairs, rounds, async ({ server, apps }, isFirst) => {
      if (isFirst) next = nextRound();
      for (const app of apps) {
        const before = await server.ask('cpu');
        const { ms } = await flood(app.connections, { count: requests, next });
        app.micros += (await server.ask('cpu')) - before;
        app.ms += ms;
      }
      apps.reverse();
    });
    const count = rounds * requests;
    return servers.map(({ name }, index) => {
      const [own, alone] = totals.slice(2 * index, 2 * index + 2);
      return { name, cpu: own.micros / count, alone: alone.micros / count, perSecond: count / (own.ms / 1000) };
    });
  });
}

/**
 * Every server is started `starts` times: what the compiler makes of the same code differs from process to process.
 * Resolves with a row for each algorithm, mode and contender.
 */
export async function guarding({ starts = 3, rounds = 20, requests = 300, warmUp = 2000 } = {}) {
  const effort = { rounds, requests, warmUp };
  const rows = [];
  for (const [alg, createKey] of Object.entries(KEYS)) {
    const figures = new Figures();
    for (let start = 0; start < starts; start++) {
      const key = createKey();
      const mint = createMint({ ...key, alg, issuer: ISSUER, audience: AUDIENCE, subject: CLIENT.clientId });
      const settings = { ...key, alg, issuer: ISSUER, audience: AUDIENCE, client: CLIENT };
      await withServers('guards', NAMES, settings, async (servers) => {
        for (const server of servers) await checkRefusals(server, mint);
        for (const [mode, choose] of Object.entries(MODES)) {
          figures.add(mode, await measure(servers, choose(mint, Math.max(requests, warmUp)), effort));
        }
        if (alg === 'HS256') figures.add(UNGUARDED, await measure(servers.slice(0, 3), () => () => UNGUARDED_REQUEST, effort));
      });
    }
    rows.push(...figures.rows().map((row) => ({ alg, ...row })));
  }
  return rows;
}

/** The figures of all starts. */
class Figures {
  #byMode = {};

  add(mode, measured) {
    const byName = (this.#byMode[mode] ??= {});
    for (const { name, ...figures } of measured) (byName[name] ??= []).push(figures);
  }

  /** Capacity is how many requests the CPU of one request to Express alone serves, in the same process. */
  rows() {
    return Object.entries(this.#byMode).flatMap(([mode, byName]) =>
      Object.entries(byName).map(([name, starts]) => ({
        ...{ mode, name, cpu: summary(starts.map(({ cpu }) => cpu)) },
        added: summary(starts.map(({ cpu, alone }) => cpu - alone)),
        capacity: summary(starts.map(({ cpu, alone }) => alone / cpu)),
        perSecond: median(starts.map(({ perSecond }) => perSecond)),
      })),
    );
  }
}
