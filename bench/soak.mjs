// Good and bad token requests, guarded calls with many different tokens, and callers who hang up, for a while at full
// speed. Prints what was answered, and the heap and the open handles of the server at the start and at the end.
//
//   npm run bench:soak                 120 s
//   npm run bench:soak -- 600          10 minutes
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { Connection, during, pause, request } from './tools/load.mjs';

const SECONDS = Number(process.argv[2] ?? 120);
const CLIENTS = 500;
const SECRET = 'the-secret-of-all-clients';

const server = fork(new URL('soak-server.mjs', import.meta.url), [String(CLIENTS), SECRET], {
  execArgv: ['--expose-gc'],
});
const [port] = await once(server, 'message');

const answers = {};
const count = (kind, outcome) => {
  const name = `${kind}: ${outcome}`;
  answers[name] = (answers[name] ?? 0) + 1;
};
const credentials = (index, secret = SECRET) => ({
  'client-id': `client-${index % CLIENTS}`,
  'client-secret': secret,
});
const tokens = [];

const tokenRequest = (headers) => request({ path: '/auth/jwt', headers });
const guardedRequest = (authorization) => request({ path: '/guarded', headers: { authorization } });

async function goodClient(connection, index) {
  const { status, head } = await connection.ask(tokenRequest(credentials(index)));
  count('token, good secret', status);
  if (status === 200) [, tokens[index % 5000]] = /\r\nauthorization: ([^\r]+)/i.exec(head);
}
async function badClient(connection, index) {
  count(
    'token, wrong secret',
    (await connection.ask(tokenRequest(credentials(index, `wrong-${index}`)))).status,
  );
  const unknown = { 'client-id': `nobody-${index}`, 'client-secret': 'x' };
  count('token, unknown id', (await connection.ask(tokenRequest(unknown))).status);
}
async function caller(connection, index) {
  const authorization = tokens[(index * 7919) % tokens.length] ?? 'Bearer none';
  const kind = authorization === 'Bearer none' ? 'guarded, no token yet' : 'guarded, good token';
  count(kind, (await connection.ask(guardedRequest(authorization))).status);
  count(
    'guarded, changed token',
    (await connection.ask(guardedRequest(`${authorization}A`))).status,
  );
}
/** Comes over a connection of its own, and leaves before the answer if it can. */
async function quitter(_connection, index) {
  const connection = new Connection(port);
  setTimeout(() => connection.close(), index % 5);
  await connection.ask(tokenRequest(credentials(index, `left-${index}`))).then(
    ({ status }) => count('hung up too late', status),
    () => count('hung up', 'no answer'),
  );
  connection.close();
}

async function load(seconds) {
  const workers = [
    goodClient,
    goodClient,
    badClient,
    badClient,
    caller,
    caller,
    caller,
    quitter,
    quitter,
  ];
  const connections = workers.map(() => new Connection(port));
  await Promise.all(
    workers.map((work, who) =>
      during(seconds, (turn) => work(connections[who], turn * workers.length + who)),
    ),
  );
  for (const each of connections) each.close();
  await pause(1000);
}
async function facts() {
  const connection = new Connection(port);
  const { heapMiB, handles, events } = JSON.parse(
    (await connection.ask(request({ path: '/facts' }))).body,
  );
  const unhandled = (await connection.ask(request({ path: '/unhandled' }))).body;
  connection.close();
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
for (const name of ['heapMiB', 'handles', 'unhandled'])
  console.log(`| ${name} | ${start[name]} | ${end[name]} |`);
console.log(`\nevents: ${JSON.stringify(end.events)}`);
