import type { IncomingMessage } from 'node:http';

import type { ClientCredentials } from '../clients/verifier';
import { own } from '../internal/assert';

/** RFC 6749 Appendix A.1 and A.2 without the space: VCHAR. */
const CLIENT_ID = /^[\x21-\x7e]{1,256}$/;
const CLIENT_SECRET = /^[\x21-\x7e]{1,1024}$/;

/**
 * RFC 6750 §2.1 with the case-insensitive scheme of RFC 9110 §11.1:
 *
 *     b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 *     credentials = "Bearer" 1*SP b64token
 *
 * of which 16 spaces are enough: what remembers a token keeps its whole header alive.
 */
const BEARER = /^bearer {1,16}/i;
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
/** The scheme is a token (RFC 9110 §5.6.2), so it ends at the first character that a token cannot have. */
const BEARER_SCHEME = /^bearer(?![\w!#$%&'*+.^`|~-])/i;

/** The characters of quoted-string (RFC 9110 §5.6.4) that need no escape, ASCII only. */
const QUOTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * The credentials in the headers `client-id` and `client-secret`, and the id alone where only it is well-formed.
 * A header that is sent twice arrives as one value with ", " in it (RFC 9110 §5.3), which the pattern refuses.
 */
export function parseCredentials(headers: IncomingMessage['headers']): Partial<ClientCredentials> {
  const [clientId, clientSecret] = [own(headers, 'client-id'), own(headers, 'client-secret')];
  return {
    ...(typeof clientId === 'string' && CLIENT_ID.test(clientId) && { clientId }),
    ...(typeof clientSecret === 'string' && CLIENT_SECRET.test(clientSecret) && { clientSecret }),
  };
}

/** A Bearer token, or what the request has instead of one. */
export type Bearer = { readonly token: string } | 'none' | 'malformed';

/**
 * What stands for a Bearer token in `Authorization`; whether it is a b64token is left to {@link isB64token}. 'none' without
 * the header or with another scheme.
 */
export function parseBearer(req: IncomingMessage): Bearer {
  const authorization = own(req.headers, 'authorization');
  if (authorization === undefined) return 'none';
  // Node keeps the first of several and says nothing; RFC 9110 §5.3: the header is no list.
  if (countOf('authorization', req.rawHeaders) > 1) return 'malformed';
  const start = BEARER.exec(authorization)?.[0].length;
  if (start !== undefined) return { token: authorization.slice(start) };
  return BEARER_SCHEME.test(authorization) ? 'malformed' : 'none';
}

/** Whether a text may stand for a Bearer token. */
export function isB64token(text: string): boolean {
  return B64TOKEN.test(text);
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
}

/** Whether a text may stand between the quotes of a challenge. */
export function isQuotable(text: unknown): text is string {
  return typeof text === 'string' && QUOTABLE.test(text);
}

/** What a challenge says beyond the realm. */
export interface ChallengeParameters {
  readonly error?: string;
  readonly error_description?: string;
  readonly scope?: string;
}

/** The value of `WWW-Authenticate` (RFC 6750 §3). All the texts are quotable: they are constants or were checked at start. */
export function formatChallenge(realm: string, parameters: ChallengeParameters = {}): string {
  const all = Object.entries({ realm, ...parameters });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
