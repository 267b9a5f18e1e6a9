import { isUtf8 } from 'node:buffer';

import { isObject } from '../internal/assert';

/** The longest accepted token, in characters. Longer ones are refused before any other work. */
export const LONGEST_TOKEN = 8192;

/** The decoded parts of a token, not verified yet. */
export interface CompactJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** RFC 7515 §2: no padding, no white space, no other characters. */
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** The valid last characters of base64url, by the length modulo 4: their unused bits are zero. */
const LAST_CHARACTERS = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'];

/** The parts of a compact JWT. */
export interface Segments {
  readonly header: string;
  readonly claims: string;
  /** In canonical base64url. */
  readonly signature: string;
}

/**
 * Splits a compact JWT; undefined if it has not three parts, or if its signature is malformed
 * (RFC 7515 §7.1):
 *
 *     BASE64URL(UTF8(header)) "." BASE64URL(claims) "." BASE64URL(signature)
 *
 * The header and the claims may still be malformed: see {@link parseSegment}.
 */
export function splitCompact(token: string): Segments | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  const [first, last] = [token.indexOf('.'), token.lastIndexOf('.')];
  if (first === last) return undefined;
  const signature = token.slice(last + 1);
  if (!isBase64url(signature)) return undefined;
  return { header: token.slice(0, first), claims: token.slice(first + 1, last), signature };
}

/**
 * Parses a compact JWT into its two JSON objects (RFC 7519 §7.2); undefined if it is malformed.
 */
export function parseCompact(token: string): CompactJwt | undefined {
  const segments = splitCompact(token);
  const header = segments && parseSegment(segments.header);
  const claims = header && parseSegment(segments.claims);
  return claims && { header, claims };
}

/** Parses the header or the claims; undefined if they are no JSON object in canonical base64url. */
export function parseSegment(segment: string): Record<string, unknown> | undefined {
  if (!isBase64url(segment)) return undefined;
  const bytes = Buffer.from(segment, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Checks base64url strictly. It must be canonical, so that one token has one spelling. */
function isBase64url(segment: string): boolean {
  if (!BASE64URL.test(segment)) return false;
  const last = LAST_CHARACTERS[segment.length % 4];
  return last === undefined || last.includes(segment.slice(-1));
}
