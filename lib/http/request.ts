import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ClientCredentials } from '../clients/verifier';
import { own } from '../internal/assert';
import type { Caller } from '../issuing/issuer';

/** RFC 6749 Appendix A.1 and A.2 without the space: VCHAR. */
const CLIENT_ID = /^[\x21-\x7e]{1,256}$/;
const CLIENT_SECRET = /^[\x21-\x7e]{1,1024}$/;

/**
 * RFC 6750 §2.1 with the case-insensitive scheme of RFC 9110 §11.1:
 *
 *     b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 *     credentials = "Bearer" 1*SP b64token
 *
 * of which 16 spaces are enough: a remembered token keeps its whole header alive.
 */
const BEARER = /^bearer {1,16}/i;
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
/** The scheme is a token (RFC 9110 §5.6.2), so it ends at the first character that a token cannot have. */
const BEARER_SCHEME = /^bearer(?![\w!#$%&'*+.^`|~-])/i;

/** A request as adapters and mocks make it: Node's own fields may be missing. */
type Incoming = Pick<IncomingMessage, 'headers'> &
  Partial<Pick<IncomingMessage, 'rawHeaders' | 'socket' | 'once'>>;

/**
 * Parses the headers `client-id` and `client-secret`; each is left out if it is not well-formed. A
 * header that is sent twice arrives as one value with ", " in it (RFC 9110 §5.3), which is refused.
 */
export function parseCredentials({ headers }: Incoming): Partial<ClientCredentials> {
  const [clientId, clientSecret] = [own(headers, 'client-id'), own(headers, 'client-secret')];
  return {
    ...(typeof clientId === 'string' && CLIENT_ID.test(clientId) && { clientId }),
    ...(typeof clientSecret === 'string' && CLIENT_SECRET.test(clientSecret) && { clientSecret }),
  };
}

/** A Bearer token, or what the request has instead of one. */
export type Bearer = { readonly token: string } | 'none' | 'malformed';

/**
 * Parses `Authorization`: 'none' without the header or with another scheme. The text of a token may
 * still be malformed: see {@link isB64token}.
 */
export function parseBearer(req: Incoming): Bearer {
  const authorization = own(req.headers, 'authorization');
  if (authorization === undefined) return 'none';
  // Node keeps the first of several; RFC 9110 §5.3: the header is not a list.
  if (countOf('authorization', req.rawHeaders ?? []) > 1) return 'malformed';
  const start = BEARER.exec(authorization)?.[0].length;
  if (start !== undefined) return { token: authorization.slice(start) };
  return BEARER_SCHEME.test(authorization) ? 'malformed' : 'none';
}

/** Whether a text may be a Bearer token. */
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

/**
 * The address of the caller. Undefined if there is none, or if the app's own `trust proxy` function
 * throws, because no response depends on it.
 */
export function addressOf(req: { readonly ip?: string | undefined }): string | undefined {
  try {
    return req.ip;
  } catch {
    return undefined;
  }
}

/** Whether the caller has gone. */
export function hasHungUp({ socket }: Incoming): boolean {
  return socket?.destroyed ?? false;
}

/**
 * Makes a signal that is aborted once the caller has hung up. Both ends are watched: a response
 * that waits behind another one on its connection is not told, but its request is.
 */
export function hangUpSignal(
  req: Incoming,
  res: Partial<Pick<ServerResponse, 'once'>>,
): AbortSignal {
  const abort = new AbortController();
  const check = (): void => {
    if (hasHungUp(req)) abort.abort();
  };
  check();
  req.once?.('close', check);
  res.once?.('close', check);
  return abort.signal;
}

/** Describes the caller of an endpoint. Its signal costs something, so it is made on demand. */
export function createCaller(
  req: Incoming,
  res: Partial<Pick<ServerResponse, 'once'>>,
  address: string | undefined,
): Caller {
  return { address, signal: () => hangUpSignal(req, res) };
}

/** The time since `startedAt` (of `performance.now()`) in milliseconds, to a tenth. */
export function elapsedMs(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
