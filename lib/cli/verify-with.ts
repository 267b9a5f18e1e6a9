import type { Fetch } from '../guarding/fetch-object';
import { createKeySetLoader } from '../guarding/remote-issuer';
import { own } from '../internal/assert';
import { FETCHABLE_URL, isFetchableUrl } from '../internal/urls';
import { algorithmNamed } from '../keys/algorithms';
import { parsePublicJwk } from '../keys/jwk';
import type { VerificationKey } from '../keys/parse-key';
import { isSignedWith } from '../tokens/signature';
import { UsageError } from './command';
import { printable } from './print';

/** Whether the signature of a token is valid, in words, and the key that made it. */
export interface Verification {
  readonly verified: boolean;
  readonly sentence: string;
  readonly key?: { readonly kid: string | null; readonly alg: string };
}

/** The verification of a token without a key set. */
export const UNCHECKED: Verification = {
  verified: false,
  sentence: 'NOT VERIFIED: anybody could have written this. The signature was not checked.',
};

/** Verifies the signature of a token with the key set at a URL. Rejects if it cannot be fetched. */
export async function verifyWith(
  url: string,
  token: string,
  header: Readonly<Record<string, unknown>>,
  fetch: Fetch,
): Promise<Verification> {
  if (!isFetchableUrl(url)) throw new UsageError(`--jwks must be ${FETCHABLE_URL}.`);
  const load = createKeySetLoader({ issuer: url, jwksUri: url, fetch });
  return verifyWithKeys(await load(), token, header);
}

/** Verifies the signature of a token with these public keys, as JWKs (RFC 7517). */
export function verifyWithKeys(
  jwks: readonly unknown[],
  token: string,
  header: Readonly<Record<string, unknown>>,
): Verification {
  if (own(header, 'crit') !== undefined || own(header, 'b64') !== undefined)
    return refuse('it requires an extension that is not supported (crit or b64).');
  const [alg, kid] = [own(header, 'alg'), own(header, 'kid')];
  const name = typeof alg === 'string' ? algorithmNamed(alg) : undefined;
  const isCandidate = (key: VerificationKey) =>
    key.alg === name && (kid === undefined || key.kid === kid);
  const candidates = jwks.flatMap(parsePublicJwk).filter(isCandidate);
  if (candidates.length === 0) return refuse('the key set has no key for its kid and alg.');
  const found = candidates.find((each) => isSignedWith(token, each));
  if (found === undefined) return refuse('the signature is not valid.');
  const key = { kid: found.kid ?? null, alg: found.alg };
  const by = `the key ${found.kid === undefined ? 'without kid' : printable(found.kid)} (${found.alg})`;
  return { verified: true, sentence: `VERIFIED by ${by}. Its times were not checked.`, key };
}

const refuse = (why: string): Verification => ({
  verified: false,
  sentence: `NOT VERIFIED: ${why}`,
});
