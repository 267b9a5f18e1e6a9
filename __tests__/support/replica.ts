import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { OTHER_SECRET, SECRET } from './clients';

const SERVER = path.join(__dirname, '../../dist/examples/production/server.js');

/** A line of its log. */
interface Line {
  readonly event?: { readonly type: string; readonly secretLabel?: string };
  readonly name?: string;
  readonly port?: number;
}

export interface Replica {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metricsUrl: string;
  readonly events: Line['event'][];
}

/** A process of the production example. Its events are in its log. */
export async function startReplica(settings: Readonly<Record<string, string>>): Promise<Replica> {
  const child = spawn(process.execPath, [SERVER], {
    env: { ...process.env, PORT: '0', METRICS_PORT: '0', TRUST_PROXY: 'none', CLIENT_CACHE_SECONDS: '1', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: Line['event'][] = [];
  const ports = new Map<string, number>();
  const lines = createInterface({ input: child.stdout });
  const isListening = new Promise<void>((resolve, reject) => {
    lines.on('line', (text) => {
      for (const secret of [SECRET, OTHER_SECRET, '$2b$', 'eyJ', 'PRIVATE KEY']) expect(text).not.toContain(secret);
      const { event, name, port } = JSON.parse(text) as Line;
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
  return { child, url: url('api'), metricsUrl: `${url('metrics')}/metrics`, events };
}

export async function ask({ url }: Replica, secret = SECRET, clientId = 'reports') {
  const res = await fetch(`${url}/auth/jwt`, { method: 'POST', headers: { 'client-id': clientId, 'client-secret': secret } });
  await res.arrayBuffer();
  return { status: res.status, authorization: res.headers.get('authorization') ?? '' };
}

export async function call({ url }: Replica, authorization: string, method = 'GET', route = '/reports'): Promise<number> {
  const res = await fetch(url + route, { method, headers: { authorization } });
  await res.arrayBuffer();
  return res.status;
}

/** Other processes have a clock of their own: asks again until the answer is as expected, for ten seconds at most. */
export async function until<T>(expected: T, question: () => T | Promise<T>): Promise<T> {
  const endsAt = Date.now() + 10_000;
  let answer = await question();
  while (answer !== expected && Date.now() < endsAt) {
    await delay(50);
    answer = await question();
  }
  return answer;
}
