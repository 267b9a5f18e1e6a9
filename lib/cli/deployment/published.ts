import { fetchObject, withoutQuery } from '../../guarding/fetch-object';
import { fetchMetadata, MOST_KEYS } from '../../guarding/remote-issuer';
import { isObject, own } from '../../internal/assert';
import { isFetchableFrom } from '../../internal/urls';
import { parsePublicJwk } from '../../keys/jwk';
import { parseCompact } from '../../tokens/compact';
import { counted } from '../print';
import { verifyWithKeys } from '../verify-with';
import { attempt } from './attempt';
import { checkCacheHeaders } from './cache-headers';
import { checksAbout, type Check } from './check';
import { described, type Probe } from './probe';
import { REMEDIES } from './remedies';
import { pathIn } from './target';

/** The private and secret members of a key (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The result of the checks of the published documents. */
export interface Published {
  readonly checks: readonly Check[];
  /** The issuer that the metadata names. */
  readonly issuer?: string | undefined;
  /** The URL of the token endpoint (RFC 6749 §3.2), if it is one of this package. */
  readonly tokenEndpoint?: string | undefined;
}

/**
 * Checks the metadata of the issuer, and the endpoints that it names at the same origin. No other
 * one is asked, because metadata could name any server that this machine can reach.
 */
export async function checkPublished(
  url: string,
  token: string | undefined,
  probe: Probe,
): Promise<Published> {
  const { ok, problem, skipped } = checksAbout('metadata');
  const found = await findMetadata(url, probe);
  if (typeof found === 'string')
    return found.includes('names another issuer')
      ? { checks: [problem(ASKED, found, REMEDIES.metadata)] }
      : { checks: [skipped(found)] };
  const { issuer, metadata } = found;
  const { checks, tokenEndpoint } = await checkTokenEndpoint(
    own(metadata, 'token_endpoint'),
    issuer,
    probe,
  );
  const keySet = await checkKeySet(own(metadata, 'jwks_uri'), issuer, token, probe);
  return {
    checks: [ok(ASKED, `the issuer ${issuer}`), ...checks, ...keySet],
    ...{ issuer, tokenEndpoint },
  };
}

const ASKED = 'GET /.well-known/oauth-authorization-server';

/** The name of an issuer may end with a slash. */
async function findMetadata(url: string, probe: Probe) {
  for (const issuer of [url, `${url}/`]) {
    const metadata = await attempt(fetchMetadata(issuer, probe.fetch));
    if (typeof metadata !== 'string') return { issuer, metadata };
    if (!metadata.includes(`names another issuer: "${url}/"`)) return metadata;
  }
  return 'The metadata names another issuer';
}

async function checkTokenEndpoint(
  endpoint: unknown,
  issuer: string,
  probe: Probe,
): Promise<Published> {
  const { ok, warning, problem } = checksAbout('token_endpoint');
  if (typeof endpoint !== 'string' || !isFetchableFrom(issuer, endpoint))
    return { checks: [problem('the metadata', 'no https URL', REMEDIES.notHttps)] };
  if (!isAtSameOrigin(endpoint, issuer))
    return { checks: [warning('the metadata', elsewhere(endpoint), REMEDIES.otherHost)] };
  const asked = `POST ${pathIn(endpoint)} without credentials`;
  const reply = await probe.send(asked, endpoint, { method: 'POST' });
  if (typeof reply === 'string') return { checks: [problem(asked, reply, REMEDIES.unreachable)] };
  const isRefusal = reply.status === 400 || reply.status === 401;
  const refusal = isRefusal
    ? ok(asked, described(reply))
    : problem(asked, `${described(reply)} instead of 400 or 401`, REMEDIES.errorPage);
  return {
    checks: [refusal, checkCacheHeaders({ asked, reply })],
    ...(reply.code !== undefined && { tokenEndpoint: endpoint }),
  };
}

const isAtSameOrigin = (url: string, other: string): boolean =>
  new URL(url).origin === new URL(other).origin;

const elsewhere = (url: string): string => `${new URL(url).origin}, which was not asked`;

async function checkKeySet(
  jwksUri: unknown,
  issuer: string,
  token: string | undefined,
  probe: Probe,
): Promise<Check[]> {
  const { warning, problem } = checksAbout('jwks_uri');
  if (jwksUri === undefined) return [warning('the metadata', 'no jwks_uri', REMEDIES.noKeySet)];
  if (typeof jwksUri !== 'string' || !isFetchableFrom(issuer, jwksUri))
    return [problem('the metadata', 'no https URL', REMEDIES.notHttps)];
  if (!isAtSameOrigin(jwksUri, issuer))
    return [warning('the metadata', elsewhere(jwksUri), REMEDIES.otherHost)];
  const asked = `GET ${pathIn(jwksUri)}`;
  const document = await attempt(fetchObject(jwksUri, probe.fetch), withoutQuery(jwksUri));
  if (typeof document === 'string') return [problem(asked, document, REMEDIES.keySet)];
  const keys: unknown = own(document, 'keys');
  if (!Array.isArray(keys) || keys.length === 0)
    return [problem(asked, 'no keys', REMEDIES.keySet)];
  if (keys.length > MOST_KEYS)
    return [problem(asked, `more than ${String(MOST_KEYS)} keys`, REMEDIES.keySet)];
  const found = checkKeys(asked, keys);
  return token === undefined ? found : [...found, checkSignature(keys, token)];
}

function checkKeys(asked: string, keys: readonly unknown[]): Check[] {
  const { ok, problem } = checksAbout('jwks_uri');
  const kids = keys.map(kidOf);
  const repeated = kids.find((kid, index) => kid !== undefined && kids.indexOf(kid) !== index);
  const wrong = [
    ...(repeated === undefined ? [] : [problem(asked, `two keys ${repeated}`, REMEDIES.kid)]),
    ...keys.flatMap((jwk, index) => checkJwk(asked, jwk, String(index))),
  ];
  return wrong.length > 0 ? wrong : [ok(asked, counted(keys.length, 'public key'))];
}

function checkJwk(asked: string, jwk: unknown, index: string): Check[] {
  const kid = kidOf(jwk);
  const { warning, problem } = checksAbout(`key ${kid ?? index}`);
  const isPrivate = isObject(jwk) && PRIVATE_MEMBERS.some((each) => own(jwk, each) !== undefined);
  if (isPrivate) return [problem(asked, 'a private key or a secret', REMEDIES.privateKey)];
  if (parsePublicJwk(jwk).length === 0)
    return [problem(asked, 'a weak, malformed or unsupported key', REMEDIES.weakKey)];
  return kid === undefined ? [warning(asked, 'no kid', REMEDIES.kid)] : [];
}

/** The key set must verify the tokens of the app. */
function checkSignature(keys: readonly unknown[], token: string): Check {
  const { ok, problem } = checksAbout('key set');
  const asked = 'the signature of the token';
  const { verified, sentence } = verifyWithKeys(keys, token, parseCompact(token)?.header ?? {});
  return verified
    ? ok(asked, 'verified by the key set')
    : problem(asked, sentence.replace(/^NOT VERIFIED: |\.$/g, ''), REMEDIES.keySet);
}

function kidOf(jwk: unknown): string | undefined {
  return isObject(jwk) && typeof jwk.kid === 'string' ? jwk.kid : undefined;
}
