import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { JwtAuth } from 'express-client-jwt';

/** The keys of a folder: `order` names them, a line each. The first signs; tokens of all are accepted. */
export function readKeys(folder: string): { key: KeyObject; kid: string }[] {
  const names = readFileSync(path.join(folder, 'order'), 'utf8').split('\n');
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((kid) => ({ key: readKey(path.join(folder, `${kid}.pem`)), kid }));
}

function readKey(file: string) {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file} is not the PEM of a private key, or cannot be read.`, { cause });
  }
}

/** Reads the keys again at `kill -HUP`. If one of them is not good, all stay as they were. */
export function rotateOnSignal(auth: JwtAuth, folder: string): void {
  process.on('SIGHUP', () => {
    try {
      const keys = readKeys(folder);
      auth.replaceKeys(keys);
      console.log('keys in force:', keys.map(({ kid }) => kid).join(', '));
    } catch (error) {
      console.error('the keys stay as they were:', (error as Error).message);
    }
  });
}
