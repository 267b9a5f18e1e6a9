import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { OTHER_SECRET, SECRET } from './clients';

const SERVER = path.join(__dirname, '../../dist/examples/production/server.js');

/** A line of a replica's log. */
interface Line {
  readonly event?: { readonly type: string; readonly secretLabel?: string };
  readonly name?: string;
  readonly port?: number;
  readonly kids?: readonly string[];
  readonly msg?: string;
  readonly reason?: string;
}

export interface Replica {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metricsUrl: string;
  readonly events: Line['event'][];
  /** The current keys after each reload, or the reason for a failed reload. */
  readonly keys: string[];
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A process of the production example, which logs its events. */
export async function startReplica(settings: Readonly<Record<string, string>>): Promise<Replica> {
  const child = spawn(process.execPath, [SERVER], {
    env: {
      ...process.env,
      PORT: '0',
      METRICS_PORT: '0',
      TRUST_PROXY: 'none',
      CLIENT_CACHE_SECONDS: '1',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const events: Line['event'][] = [];
  const keys: string[] = [];
  const ports = new Map<string, number>();
  const lines = createInterface({ input: child.stdout });
  const isListening = new Promise<void>((resolve, reject) => {
    lines.on('line', (text) => {
      for (const secret of [SECRET, OTHER_SECRET, '$2b$', 'eyJ', 'PRIVATE KEY'])
        expect(text).not.toContain(secret);
      const { event, name, port, kids, msg, reason } = JSON.parse(text) as Line;
      if (kids) keys.push(kids.join(' '));
      if (msg === 'the keys stay as they were') keys.push(reason ?? '');
      if (event) events.push(event);
      if (name && port) ports.set(name, port);
      if (ports.size === 2) resolve();
    });
    child.once('exit', () => {
      reject(new Error('The replica has ended.'));
    });
  });
  await isListening;
  const url = (name: string) => `http://127.0.0.1:${String(ports.get(name))}`;
  return { child, url: url('api'), metricsUrl: `${url('metrics')}/metrics`, events, keys };
}

/** Stops every started replica, also one that never listened. Rejects if one had to be killed. */
export async function stopReplicas(): Promise<void> {
  const codes = await Promise.all([...children].map((child) => stopReplica(child)));
  if (codes.includes(null)) throw new Error('A replica did not stop when it was told to.');
}

/** Resolves with its exit code, or with null if it took more than five seconds. */
export async function stopReplica(child: ChildProcess): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const deadline = setTimeout(() => child.kill('SIGKILL'), 5000);
  const code = await ended;
  clearTimeout(deadline);
  return code;
}

/** Resolves once the replica has logged such an event, because the response can arrive before the log. */
export async function logged(
  { events }: Replica,
  event: Readonly<Record<string, unknown>>,
): Promise<void> {
  const isLogged = () =>
    events.some((candidate) => isDeepStrictEqual({ ...candidate, ...event }, candidate));
  if (!(await until(true, isLogged))) expect(events).toContainEqual(expect.objectContaining(event));
}

export async function ask({ url }: Replica, secret = SECRET, clientId = 'reports') {
  const res = await fetch(`${url}/auth/jwt`, {
    method: 'POST',
    headers: { 'client-id': clientId, 'client-secret': secret },
  });
  await res.arrayBuffer();
  return { status: res.status, authorization: res.headers.get('authorization') ?? '' };
}

export async function call(
  { url }: Replica,
  authorization: string,
  method = 'GET',
  route = '/reports',
): Promise<number> {
  const res = await fetch(url + route, { method, headers: { authorization } });
  await res.arrayBuffer();
  return res.status;
}

/** Repeats the request until the response is as expected, for at most ten seconds: other processes have their own clock. */
export async function until<T>(expected: T, question: () => T | Promise<T>): Promise<T> {
  const endsAt = Date.now() + 10_000;
  let answer = await question();
  while (answer !== expected && Date.now() < endsAt) {
    await delay(50);
    answer = await question();
  }
  return answer;
}
