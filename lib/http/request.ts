import type { IncomingMessage, ServerResponse } from 'node:http';

import { isClientId } from '../clients/check-client';
import type { ClientCredentials } from '../clients/verifier';
import { isVisibleAscii, own } from '../internal/assert';
import type { Caller } from '../issuing/client-authenticator';

/** RFC 6749 Appendix A.2, without the space. */
export const LONGEST_CLIENT_SECRET = 1024;

/**
 * RFC 6750 §2.1 with the case-insensitive scheme of RFC 9110 §11.1:
 *
 *     b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 *     credentials = "Bearer" 1*SP b64token
 *
 * At most 16 spaces are accepted, because a cached token keeps its whole header in memory.
 */
const BEARER = /^bearer {1,16}/i;
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
/**
 * The scheme is a token (RFC 9110 §5.6.2): it ends at the first character that a token cannot have.
 */
const BEARER_SCHEME = /^bearer(?![\w!#$%&'*+.^`|~-])/i;

/** A request from an adapter or a mock: Node's own fields may be missing. */
export type Incoming = Pick<IncomingMessage, 'headers'> &
  Partial<Pick<IncomingMessage, 'rawHeaders' | 'socket' | 'once'>>;

/**
 * Parses the headers `client-id` and `client-secret`, and leaves out one that is malformed. A
 * header that is sent twice arrives as one value with ", " in it (RFC 9110 §5.3), which is
 * malformed.
 */
export function parseCredentials({ headers }: Incoming): Partial<ClientCredentials> {
  const [clientId, clientSecret] = [own(headers, 'client-id'), own(headers, 'client-secret')];
  return {
    ...(isClientId(clientId) && { clientId }),
    ...(isVisibleAscii(clientSecret, LONGEST_CLIENT_SECRET) && { clientSecret }),
  };
}

/** A Bearer token, or the reason why there is none. */
export type Bearer = { readonly token: string } | 'none' | 'malformed';

/**
 * Parses `Authorization`. The result is 'none' if the header is missing or has another scheme. The
 * text of a token may still be malformed: see {@link isB64token}.
 */
export function parseBearer(req: Incoming): Bearer {
  const authorization = own(req.headers, 'authorization');
  if (authorization === undefined) return 'none';
  // Node keeps the first of several, but the header is not a list (RFC 9110 §5.3).
  if (countOf('authorization', req.rawHeaders ?? []) > 1) return 'malformed';
  const start = startOfToken(authorization);
  if (start !== undefined) return { token: authorization.slice(start) };
  return BEARER_SCHEME.test(authorization) ? 'malformed' : 'none';
}

function startOfToken(authorization: string): number | undefined {
  // Nearly all requests have this form, which needs no regular expression.
  if (authorization.startsWith('Bearer ') && authorization[7] !== ' ') return 7;
  return BEARER.exec(authorization)?.[0].length;
}

/** Checks whether a text is a b64token (RFC 6750 §2.1). */
export function isB64token(text: string): boolean {
  return B64TOKEN.test(text);
}

/** Counts how often a header was sent. Node keeps the first of several. */
export function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
}

/**
 * Reads the address of the caller. It is undefined if there is none, or if the `trust proxy`
 * function of the app throws, because no response depends on it.
 */
export function addressOf(req: { readonly ip?: string | undefined }): string | undefined {
  try {
    return req.ip;
  } catch {
    return undefined;
  }
}

/** Checks whether the caller has disconnected. */
export function hasHungUp({ socket }: Incoming): boolean {
  return socket?.destroyed ?? false;
}

/**
 * Creates a signal that is aborted when the caller disconnects. It listens to the request too,
 * because a response that waits behind another one on its connection gets no event.
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

/** Describes the caller of an endpoint. The signal is created on demand, because that is slow. */
export function createCaller(
  req: Incoming,
  res: Partial<Pick<ServerResponse, 'once'>>,
  address: string | undefined,
): Caller {
  return { address, signal: () => hangUpSignal(req, res) };
}

/**
 * Measures the time since `startedAt` (from `performance.now()`), in milliseconds, rounded to 0.1.
 */
export function elapsedMs(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
