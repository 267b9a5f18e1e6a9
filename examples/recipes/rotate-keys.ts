import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { JwtAuth, KeyInput } from 'express-client-jwt';

const keyFrom = (kid: string): KeyInput => ({ key: createPrivateKey(readFileSync(`keys/${kid}.pem`)), kid });

/** Signs with the new key from now on; tokens signed with the old one are honoured until it is left out. */
export function rotate(auth: JwtAuth, newKid: string, oldKid: string): void {
  auth.replaceKeys([keyFrom(newKid), keyFrom(oldKid)]);
}
