import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashSecret, type ClientRecord } from 'express-client-jwt';

/** What the example keeps between two starts. */
export interface State {
  readonly jwtSecret: string;
  /** The file of the clients. */
  readonly clientsFile: string;
  /** What to tell the person at the terminal. */
  readonly notice: string;
}

/** The key and the clients in the folder; at the first start they are made, and the secrets are shown this once. */
export async function loadState(folder: string, url: string): Promise<State> {
  const [keyFile, clientsFile] = [
    path.join(folder, 'jwt-secret'),
    path.join(folder, 'clients.json'),
  ];
  if (existsSync(keyFile) && existsSync(clientsFile)) {
    const notice = `The clients are those in ${clientsFile}. Their secrets were shown at the first start; for a new one:
  npx express-client-jwt client rotate reader --file ${clientsFile}
${usage('SECRET', 'SECRET', url)}`;
    return { jwtSecret: readFileSync(keyFile, 'utf8'), clientsFile, notice };
  }
  const reader = await createClient('reader', ['reports:read']);
  const editor = await createClient('editor', ['reports:read', 'reports:write']);
  const jwtSecret = randomSecret();
  mkdirSync(folder, { recursive: true });
  writeFileSync(keyFile, jwtSecret, { mode: 0o600 });
  writeFileSync(
    clientsFile,
    JSON.stringify({ clients: [reader.record, editor.record] }, undefined, 2),
    { mode: 0o600 },
  );
  return { jwtSecret, clientsFile, notice: firstNotice(reader, editor, clientsFile, url) };
}

interface NewClient {
  readonly record: ClientRecord;
  readonly secret: string;
}

async function createClient(clientId: string, scopes: readonly string[]): Promise<NewClient> {
  const secret = randomSecret();
  return {
    record: { clientId, secrets: [{ hash: await hashSecret(secret), label: 'first' }], scopes },
    secret,
  };
}

/** 256 bits, in 43 characters. */
function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

function firstNotice(reader: NewClient, editor: NewClient, file: string, url: string): string {
  return [
    `Made two clients. Their secrets are shown this once; ${file} keeps their hashes.`,
    ...[reader, editor].map(({ record, secret }) => `  ${record.clientId}  ${secret}`),
    usage(reader.secret, editor.secret, url),
  ].join('\n');
}

function usage(readerSecret: string, editorSecret: string, url: string): string {
  return `${curlLines('reader', readerSecret, url, '/reports')}
${curlLines('editor', editorSecret, url, '/reports/1 -X DELETE')}
which the reader may not: its token lacks the scope.`;
}

function curlLines(clientId: string, secret: string, url: string, request: string): string {
  const ask = `${url}/auth/jwt -H "client-id: ${clientId}" -H "client-secret: ${secret}"`;
  return `
As ${clientId}, get a token:
  curl -i -X POST ${ask}
and call a guarded route with it:
  curl -i ${url}${request} -H "$(curl -si ${ask} | grep -i ^authorization | tr -d '\\r')"`;
}
