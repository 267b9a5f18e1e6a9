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
export async function loadState(file: string, url: string): Promise<State> {
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Omit<State, 'notice'>;
    const notice = `The clients are those of the first start, when their secrets were shown. To get new ones, delete ${file}.`;
    return { ...kept, notice };
  }
  const reader = await createClient('reader', ['reports:read']);
  const editor = await createClient('editor', ['reports:read', 'reports:write']);
  const state = { jwtSecret: randomSecret(), clients: [reader.record, editor.record] };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(state, undefined, 2), { mode: 0o600 });
  return { ...state, notice: firstNotice([reader, editor], file, url) };
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

function firstNotice(clients: readonly NewClient[], file: string, url: string): string {
  return [
    `Made two clients. Their secrets are shown this once; ${file} keeps their hashes, and the key that signs.`,
    ...clients.map(({ record, secret }) => `  ${record.clientId}  ${secret}`),
    ...clients.map(({ record, secret }) => curlLines(record.clientId, secret, url)),
  ].join('\n');
}

function curlLines(clientId: string, secret: string, url: string): string {
  const ask = `${url}/auth/jwt -H "client-id: ${clientId}" -H "client-secret: ${secret}"`;
  return `
As ${clientId}, get a token:
  curl -i -X POST ${ask}
and call a guarded route with it:
  curl -i ${url}/reports -H "$(curl -si ${ask} | grep -i ^authorization | tr -d '\\r')"`;
}
