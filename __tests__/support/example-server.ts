import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SERVER = path.join(__dirname, '../../dist/examples/server.js');

/** The example server in a process of its own. */
export interface ExampleServer {
  readonly url: string;
  /** The first line that it printed: the address of its page, with the new secrets. */
  readonly pageUrl: string;
  /** Returns everything that it printed. */
  readonly output: () => string;
  /** Stops it as a terminal or a supervisor would, and returns its exit code. */
  readonly stop: (signal: 'SIGINT' | 'SIGTERM') => Promise<number | null>;
}

/** Starts example servers that share a folder, which `clean` removes. */
export function exampleServers() {
  const folder = mkdtempSync(path.join(tmpdir(), 'express-client-jwt-'));
  const children: ChildProcess[] = [];
  const spawnServer = (env: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, [SERVER], {
      env: { ...process.env, PORT: '0', STATE_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  return {
    folder,
    /** Starts a server, and resolves when it has printed its notice. */
    start: (env: NodeJS.ProcessEnv = {}) => untilStarted(spawnServer(env)),
    /** Returns the exit code and the outputs of a server that cannot start. */
    failToStart: (env: NodeJS.ProcessEnv) => untilEnded(spawnServer(env)),
    clean: () => {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Server = ReturnType<typeof spawn>;

async function untilStarted(child: Server): Promise<ExampleServer> {
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('/reports -H')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      reject(new Error(output));
    });
  });
  const pageUrl = output.split('\n', 1)[0] ?? '';
  return {
    url: new URL(pageUrl).origin,
    pageUrl,
    output: () => output,
    stop: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

function untilEnded(child: Server): Promise<[code: number | null, stdout: string, stderr: string]> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      resolve([code, stdout, stderr]);
    }),
  );
}

/** Returns the headers with the credentials that the output shows. */
export function credentialsIn(output: string, clientId: string): Record<string, string> {
  return {
    'client-id': clientId,
    'client-secret': new RegExp(`^ +${clientId} +(\\S{43})$`, 'm').exec(output)?.[1] ?? '',
  };
}
