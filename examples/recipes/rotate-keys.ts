import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { JwtAuth, KeyInput } from 'express-client-jwt';

const keyFrom = (kid: string): KeyInput => ({
  key: createPrivateKey(readFileSync(`keys/${kid}.pem`)),
  kid,
});

/** The first of the keys in `keys/` signs from now on, and tokens of all of them are honoured. */
export function useKeys(auth: JwtAuth, ...kids: string[]): void {
  auth.replaceKeys(kids.map(keyFrom));
}
