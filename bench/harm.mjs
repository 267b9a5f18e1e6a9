// What wrong secrets do to the rest of an app: an innocent route and a client seen before are asked while 8 connections
// send wrong secrets (bcrypt cost 10) without pause. This package beside bcryptjs on the main thread, one after the other.
//
//   npm run bench:harm                 10 s quiet and 10 s under attack for each
//   npm run bench:harm -- 5 64         5 s, 64 connections
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { connection, during, pause, percentile } from './load.mjs';

const SECONDS = Number(process.argv[2] ?? 10);
const ATTACKERS = Number(process.argv[3] ?? 8);
const CLIENT = { 'client-id': 'known', 'client-secret': 'the-secret-of-the-known-client' };

async function measure(port, attackers) {
  const connections = Array.from({ length: attackers + 2 }, (_, index) => connection(port, index > 0));
  const [innocent, known, ...attack] = connections;
  const latencies = [];
  const answered = { 200: 0, other: 0 };
  const attacked = {};
  await innocent.ask('/event-loop');
  await Promise.all([
    during(SECONDS, async () => {
      latencies.push((await innocent.ask('/innocent')).ms);
      await pause(2);
    }),
    during(attackers > 0 ? SECONDS : 0, async () => {
      answered[(await known.ask('/auth/jwt', CLIENT)).status === 200 ? 200 : 'other']++;
      await pause(100);
    }),
    ...attack.map((each, index) =>
      during(SECONDS, async (count) => {
        const { status } = await each.ask('/auth/jwt', { ...CLIENT, 'client-secret': `wrong-${index}-${count}` });
        attacked[status] = (attacked[status] ?? 0) + 1;
      }),
    ),
  ]);
  const eventLoop = JSON.parse((await innocent.ask('/event-loop')).text);
  for (const each of connections) each.close();
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    longest: Math.max(...latencies),
    asked: latencies.length,
    known: answered,
    attacked,
    eventLoop,
  };
}

async function contender(way) {
  const server = fork(new URL('harm-server.mjs', import.meta.url), [way, CLIENT['client-id'], CLIENT['client-secret']]);
  const [port] = await once(server, 'message');
  await connection(port).ask('/auth/jwt', CLIENT); // seen once
  const quiet = await measure(port, 0);
  const attack = await measure(port, ATTACKERS);
  server.disconnect();
  await once(server, 'exit');
  return { way, quiet, attack };
}

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

console.log(`${ATTACKERS} connections send wrong secrets for ${SECONDS} s; Node ${process.version}\n`);
console.log(
  '| token route | innocent p99, quiet | p99, attacked | ratio | longest wait of the innocent | longest stall of the event loop | known client: tokens / refused | answers to the attack |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const way of ['express-client-jwt', 'by-hand']) {
  const { quiet, attack } = await contender(way);
  const name = way === 'by-hand' ? 'bcryptjs on the main thread' : way;
  const answers = Object.entries(attack.attacked).map(([status, count]) => `${count} × ${status}`);
  const cells = [
    ms(quiet.p99),
    ms(attack.p99),
    (attack.p99 / quiet.p99).toFixed(1),
    ms(attack.longest),
    ms(attack.eventLoop.maxMs),
    `${attack.known[200]} / ${attack.known.other}`,
    answers.join(', '),
  ];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
