// Good and bad token requests, guarded calls with many different tokens, and callers who hang up, for a while at full
// speed. Prints what was answered, and the heap and the open handles of the server at the start and at the end.
//
//   npm run bench:soak                 120 s
//   npm run bench:soak -- 600          10 minutes
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { connection, during, pause } from './load.mjs';

const SECONDS = Number(process.argv[2] ?? 120);
const CLIENTS = 500;
const SECRET = 'the-secret-of-all-clients';

const server = fork(new URL('soak-server.mjs', import.meta.url), [String(CLIENTS), SECRET], { execArgv: ['--expose-gc'] });
const [port] = await once(server, 'message');

const answers = {};
const count = (kind, outcome) => {
  const name = `${kind}: ${outcome}`;
  answers[name] = (answers[name] ?? 0) + 1;
};
const credentials = (index, secret = SECRET) => ({ 'client-id': `client-${index % CLIENTS}`, 'client-secret': secret });
const tokens = [];

async function goodClient({ ask }, index) {
  const res = await ask('/auth/jwt', credentials(index));
  count('token, good secret', res.status);
  if (res.status === 200) tokens[index % 5000] = res.headers.authorization;
}
async function badClient({ ask }, index) {
  count('token, wrong secret', (await ask('/auth/jwt', credentials(index, `wrong-${index}`))).status);
  count('token, unknown id', (await ask('/auth/jwt', { 'client-id': `nobody-${index}`, 'client-secret': 'x' })).status);
}
async function caller({ ask }, index) {
  const authorization = tokens[(index * 7919) % tokens.length] ?? 'Bearer none';
  count(
    authorization === 'Bearer none' ? 'guarded, no token yet' : 'guarded, good token',
    (await ask('/guarded', { authorization })).status,
  );
  count('guarded, changed token', (await ask('/guarded', { authorization: `${authorization}A` })).status);
}
async function quitter({ ask }, index) {
  await ask('/auth/jwt', credentials(index, `left-${index}`), index % 5).then(
    (res) => count('hung up too late', res.status),
    () => count('hung up', 'no answer'),
  );
}

async function load(seconds) {
  const workers = [goodClient, goodClient, badClient, badClient, caller, caller, caller, quitter, quitter];
  const connections = workers.map(() => connection(port));
  await Promise.all(workers.map((work, who) => during(seconds, (turn) => work(connections[who], turn * workers.length + who))));
  for (const each of connections) each.close();
  await pause(1000);
}
async function facts() {
  const { ask, close } = connection(port);
  const { heapMiB, handles, events } = JSON.parse((await ask('/facts')).text);
  const unhandled = (await ask('/unhandled')).text;
  close();
  return { heapMiB: heapMiB.toFixed(1), handles, unhandled, events };
}

await load(Math.min(20, SECONDS / 4)); // until the caches are full
const start = await facts();
await load(SECONDS);
const end = await facts();
server.disconnect();
await once(server, 'exit');

console.log(`| answer | count |\n| --- | --- |`);
for (const [name, number] of Object.entries(answers).sort()) console.log(`| ${name} | ${number} |`);
console.log(`\n| | start | end |\n| --- | --- | --- |`);
for (const name of ['heapMiB', 'handles', 'unhandled']) console.log(`| ${name} | ${start[name]} | ${end[name]} |`);
console.log(`\nevents: ${JSON.stringify(end.events)}`);
