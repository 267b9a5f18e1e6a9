import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hashSecret, type ClientRecord } from 'express-client-jwt';

/** The data that the example keeps between two starts. */
export interface State {
  readonly jwtSecret: string;
  /** The file of the clients. */
  readonly clientsFile: string;
  /** The secret of each client, if the clients were created at this start. */
  readonly newSecrets: Readonly<Record<string, string>> | undefined;
}

/** Reads the key and the clients in the folder. At the first start they are created. */
export async function loadState(folder: string): Promise<State> {
  const keyFile = path.join(folder, 'jwt-secret');
  const clientsFile = path.join(folder, 'clients.json');
  if (existsSync(keyFile) && existsSync(clientsFile))
    return { jwtSecret: readFileSync(keyFile, 'utf8'), clientsFile, newSecrets: undefined };
  if (existsSync(keyFile) || existsSync(clientsFile))
    throw new Error(
      `${folder} has only one of jwt-secret and clients.json. Delete it to start anew.`,
    );
  const newSecrets = { reader: randomSecret(), editor: randomSecret() };
  const clients = [
    await createClient('reader', newSecrets.reader, ['reports:read']),
    await createClient('editor', newSecrets.editor, ['reports:read', 'reports:write']),
  ];
  const jwtSecret = randomSecret();
  mkdirSync(folder, { recursive: true });
  writeFileSync(keyFile, jwtSecret, { mode: 0o600 });
  writeFileSync(clientsFile, JSON.stringify({ clients }, undefined, 2), { mode: 0o600 });
  return { jwtSecret, clientsFile, newSecrets };
}

async function createClient(
  clientId: string,
  secret: string,
  scopes: readonly string[],
): Promise<ClientRecord> {
  return { clientId, secrets: [{ hash: await hashSecret(secret), label: 'first' }], scopes };
}

/** 256 bits, in 43 characters. */
function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
