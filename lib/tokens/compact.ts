import { isUtf8 } from 'node:buffer';

import { isObject } from '../internal/assert';

/** The longest accepted token, in characters. Longer ones are refused before any other work. */
export const LONGEST_TOKEN = 8192;

/** The decoded parts of a token, not verified yet. */
export interface CompactJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * The compact serialization of RFC 7515 §7.1:
 *
 *     BASE64URL(UTF8(header)) "." BASE64URL(claims) "." BASE64URL(signature)
 */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** The valid last characters of base64url, by the length modulo 4: their unused bits are zero. */
const LAST_CHARACTERS = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'];

/** The parts of a compact JWT, in base64url. */
export interface Segments {
  readonly header: string;
  readonly claims: string;
  readonly signature: string;
}

/**
 * Splits a compact JWT; undefined if it is malformed. Base64url is read strictly (RFC 7515 §2: no
 * padding, no white space, no other characters).
 */
export function splitCompact(token: string): Segments | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  if (!COMPACT.test(token)) return undefined;
  // COMPACT guarantees three parts.
  const [header, claims, signature] = token.split('.') as [string, string, string];
  return isCanonical(signature) ? { header, claims, signature } : undefined;
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

/**
 * Parses the header or the claims; undefined if they are no JSON object. Base64url must be
 * canonical, so that one token has one spelling.
 */
export function parseSegment(segment: string): Record<string, unknown> | undefined {
  if (!isCanonical(segment)) return undefined;
  const bytes = Buffer.from(segment, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCanonical(segment: string): boolean {
  const last = LAST_CHARACTERS[segment.length % 4];
  return last === undefined || last.includes(segment.slice(-1));
}
