import { fetchObject, reasonOf, type Fetch } from '../guarding/fetch-object';
import { fetchMetadata } from '../guarding/remote-issuer';
import { isObject, own } from '../internal/assert';
import { isError } from '../internal/errors';
import { isFetchableFrom, isTrustedUrl, TRUSTED_URL } from '../internal/urls';
import { parsePublicJwk } from '../keys/jwk';
import { UsageError } from './command';

/** A finding of the doctor. */
export interface Finding {
  readonly level: 'problem' | 'warning';
  readonly about: string;
  readonly finding: string;
}

/** The members of a private or secret key (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Checks the metadata, the token endpoint and the key set of a running issuer, with four requests at
 * most and without credentials.
 */
export async function checkUrl(url: string, fetch: Fetch): Promise<Finding[]> {
  if (!isTrustedUrl(url)) throw new UsageError(`--url must be the issuer: ${TRUSTED_URL}.`);
  const metadata = await attempt(fetchMetadata(url, fetch));
  if (typeof metadata === 'string') return [problem('metadata', metadata)];
  const endpoint = await checkTokenEndpoint(own(metadata, 'token_endpoint'), url, fetch);
  return [...endpoint, ...(await checkKeySet(own(metadata, 'jwks_uri'), url, fetch))];
}

const problem = (about: string, finding: string): Finding => ({
  ...{ level: 'problem', about, finding },
});
const warning = (about: string, finding: string): Finding => ({
  ...{ level: 'warning', about, finding },
});

async function checkTokenEndpoint(
  endpoint: unknown,
  issuer: string,
  fetch: Fetch,
): Promise<Finding[]> {
  const about = 'token_endpoint';
  if (typeof endpoint !== 'string' || !isFetchableFrom(issuer, endpoint))
    return [problem(about, 'is no https URL.')];
  // Without credentials, so it counts for no client.
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(endpoint, { method: 'POST', redirect: 'manual', signal }).catch(
    reasonOf,
  );
  if (typeof response === 'string') return [problem(about, `${response}.`)];
  await response.body?.cancel();
  const findings: Finding[] = [];
  if (new URL(endpoint).origin !== new URL(issuer).origin)
    findings.push(warning(about, 'is at another host than the issuer.'));
  if (![400, 401].includes(response.status)) {
    const status = String(response.status);
    const finding = `responded with ${status} to a request without credentials, instead of 400 or 401.`;
    findings.push(problem(about, finding));
  }
  if (!(response.headers.get('cache-control') ?? '').includes('no-store')) {
    const finding = 'has no Cache-Control: no-store, so a cache may keep tokens. Check your proxy.';
    findings.push(problem(about, finding));
  }
  return findings;
}

async function checkKeySet(jwksUri: unknown, issuer: string, fetch: Fetch): Promise<Finding[]> {
  const about = 'jwks_uri';
  if (jwksUri === undefined)
    return [warning(about, 'is missing. Set jwks: true, so that others can verify.')];
  if (typeof jwksUri !== 'string' || !isFetchableFrom(issuer, jwksUri))
    return [problem(about, 'is no https URL.')];
  const document = await attempt(fetchObject(jwksUri, fetch));
  if (typeof document === 'string') return [problem(about, document)];
  const keys = own(document, 'keys');
  if (!Array.isArray(keys) || keys.length === 0) return [problem(about, 'has no keys.')];
  const kids = keys.map(kidOf);
  const repeated = kids.find((kid, index) => kid !== undefined && kids.indexOf(kid) !== index);
  return [
    ...(repeated === undefined ? [] : [problem(about, `has two keys with the kid ${repeated}.`)]),
    ...keys.flatMap((jwk: unknown, index) => checkJwk(jwk, kidOf(jwk), String(index))),
  ];
}

function checkJwk(jwk: unknown, kid: string | undefined, index: string): Finding[] {
  const about = `key ${kid ?? index}`;
  const isPrivate = isObject(jwk) && PRIVATE_MEMBERS.some((each) => own(jwk, each) !== undefined);
  if (isPrivate)
    return [problem(about, 'is private or a secret, and everybody can read it. Replace it now.')];
  if (parsePublicJwk(jwk).length === 0)
    return [problem(about, 'cannot verify tokens: it is weak, malformed, or not supported.')];
  if (kid !== undefined) return [];
  return [warning(about, 'has no kid, so it cannot be rotated without refusals.')];
}

function kidOf(jwk: unknown): string | undefined {
  return isObject(jwk) && typeof jwk.kid === 'string' ? jwk.kid : undefined;
}

const TIMEOUT_MS = 5000;

/** Returns the result, or the message of the failure. */
async function attempt<T>(promise: Promise<T>): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    return isError(error) ? error.message : String(error);
  }
}
