import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

import { isObject, isVisibleAscii, own } from '../internal/assert';
import { algorithmNamed, algorithmsOf, rowOf, type Algorithm } from './algorithms';
import { assertStrong, LONGEST_KID, type VerificationKey } from './parse-key';

/** A public key as JSON (RFC 7517 §4). */
export interface PublicJwk {
  /** The type of the key: `RSA`, `EC` or `OKP`. */
  readonly kty: string;
  /** The ID that tokens name in their header. */
  readonly kid: string;
  /** The only algorithm of the key. */
  readonly alg: string;
  /** Always `sig`: the key verifies signatures. */
  readonly use: 'sig';
  /** The public numbers of the key: `n` and `e`, or `crv`, `x` and `y`. */
  readonly [member: string]: string;
}

/**
 * The public members of each type of key, in the order of their names (RFC 7638 §3.2, RFC 8037 §2).
 * No other member is ever copied, so a private one cannot be.
 */
const PUBLIC_MEMBERS = new Map<unknown, readonly string[]>([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
]);

/**
 * Returns the members of a public key as JSON; undefined if it has no such form: a secret, or a key
 * that is restricted to RSA-PSS.
 */
export function publicMembersOf(key: KeyObject): Readonly<Record<string, string>> | undefined {
  if (key.type !== 'public' || key.asymmetricKeyType === 'rsa-pss') return undefined;
  const jwk = key.export({ format: 'jwk' }) as Readonly<Record<string, string>>;
  const names = PUBLIC_MEMBERS.get(jwk.kty) ?? [];
  return Object.fromEntries(names.map((name) => [name, jwk[name] ?? '']));
}

/** Calculates the SHA-256 thumbprint of a public key's members (RFC 7638 §3). */
export function thumbprintOf(members: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** Returns the key as a JWK for publishing; undefined if it is a secret. */
export function publicJwkOf({ publicKey, kid, alg }: VerificationKey): PublicJwk | undefined {
  const members = publicMembersOf(publicKey);
  if (members === undefined) return undefined;
  // RFC 8037 §3.1: the older name of Ed25519, which more libraries know.
  const name = rowOf(alg).alias ?? alg;
  return { ...members, kid: kid ?? thumbprintOf(members), alg: name, use: 'sig' } as PublicJwk;
}

/**
 * Reads a JWK that another issuer has published, once for each algorithm that it may be used with.
 * The list is empty if the key must not verify tokens: it is a secret, private, weak, malformed, or
 * for another use (RFC 7517 §4.2, §4.3).
 */
export function parsePublicJwk(jwk: unknown): readonly VerificationKey[] {
  if (!isObject(jwk) || !isForVerifying(jwk)) return [];
  const kid = own(jwk, 'kid');
  if (kid !== undefined && !isVisibleAscii(kid, LONGEST_KID)) return [];
  const publicKey = toPublicKey(jwk);
  if (publicKey === undefined) return [];
  const fitting = algorithmsOf(publicKey).filter((alg) => isStrong(publicKey, alg));
  const named = own(jwk, 'alg');
  const wanted = typeof named === 'string' ? algorithmNamed(named) : undefined;
  return fitting
    .filter((alg) => named === undefined || alg === wanted)
    .map((alg) => ({ alg, kid, publicKey }));
}

function isForVerifying(jwk: Readonly<Record<string, unknown>>): boolean {
  const [use, operations] = [own(jwk, 'use'), own(jwk, 'key_ops')];
  const mayVerify =
    operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
  const isPublic = own(jwk, 'd') === undefined && own(jwk, 'k') === undefined;
  return isPublic && mayVerify && (use === undefined || use === 'sig');
}

function toPublicKey(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  const names = PUBLIC_MEMBERS.get(own(jwk, 'kty')) ?? [];
  const key = Object.fromEntries(names.map((name) => [name, own(jwk, name)]));
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isStrong(key: KeyObject, alg: Algorithm): boolean {
  try {
    assertStrong(key, rowOf(alg).minimumBits, 'the key');
    return true;
  } catch {
    return false;
  }
}
