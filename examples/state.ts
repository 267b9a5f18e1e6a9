import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashSecret, type ClientRecord } from 'express-client-jwt';

/** What the example keeps between two starts. */
export interface State {
  readonly jwtSecret: string;
  readonly clients: readonly ClientRecord[];
  /** What to tell the person at the terminal. */
  readonly notice: string;
}

/** The key and the clients in the file; at the first start they are made, and the secrets are shown this once. */
export async function loadState(file: string, port: number): Promise<State> {
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Omit<State, 'notice'>;
    return { ...kept, notice: `The clients are in ${file}. To get new ones, delete it and start again.` };
  }
  const reader = await createClient('reader', ['reports:read']);
  const editor = await createClient('editor', ['reports:read', 'reports:write']);
  const state = { jwtSecret: randomSecret(), clients: [reader.record, editor.record] };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(state, undefined, 2), { mode: 0o600 });
  return { ...state, notice: firstNotice([reader, editor], file, port) };
}

interface NewClient {
  readonly record: ClientRecord;
  readonly secret: string;
}

async function createClient(clientId: string, scopes: readonly string[]): Promise<NewClient> {
  const secret = randomSecret();
  return { record: { clientId, secrets: [{ hash: await hashSecret(secret) }], scopes }, secret };
}

/** 256 bits, in 43 characters. */
function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

function firstNotice(clients: readonly NewClient[], file: string, port: number): string {
  const url = `http://127.0.0.1:${String(port)}`;
  const [reader] = clients;
  return [
    `Made two clients. Their secrets are shown this once; ${file} has only the hashes.`,
    ...clients.map(({ record, secret }) => `  ${record.clientId}  ${secret}`),
    '',
    'Get a token:',
    `  curl -i -X POST ${url}/auth/jwt -H "client-id: reader" -H "client-secret: ${reader?.secret ?? ''}"`,
    'Use it:',
    `  curl -i ${url}/reports -H "Authorization: Bearer <the token>"`,
    '',
  ].join('\n');
}
