import { isUtf8 } from 'node:buffer';

import { isObject } from '../internal/assert';

/** No token of ours comes near this; a longer one is refused before any work. */
export const LONGEST_TOKEN = 8192;

/** A token taken apart, nothing in it checked yet. */
export interface CompactJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * The compact serialization of RFC 7515 §7.1 with two JSON objects in it (RFC 7519 §7.2), or undefined.
 *
 *     BASE64URL(UTF8(header)) "." BASE64URL(claims) "." BASE64URL(signature)
 *
 * Base64url is read strictly (RFC 7515 §2: no padding, no white space, no other characters) and canonically: the
 * bits that a last character does not need are zero, so one token has one spelling.
 */
export function parseCompact(token: string): CompactJwt | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  const [header, claims, signature, ...more] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0) return undefined;
  if (!isCanonicalBase64url(signature)) return undefined;
  const parsedHeader = parseObject(header);
  const parsedClaims = parsedHeader && parseObject(claims);
  return parsedClaims && { header: parsedHeader, claims: parsedClaims };
}

function parseObject(segment: string): Record<string, unknown> | undefined {
  if (!isCanonicalBase64url(segment)) return undefined;
  const bytes = Buffer.from(segment, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCanonicalBase64url(segment: string): boolean {
  if (!/^[A-Za-z0-9_-]+$/.test(segment)) return false;
  switch (segment.length % 4) {
    case 0:
      return true;
    case 2:
      return /[AQgw]$/.test(segment);
    case 3:
      return /[AEIMQUYcgkosw048]$/.test(segment);
    default:
      return false;
  }
}
