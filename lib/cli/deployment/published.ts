import { fetchObject, withoutQuery } from '../../guarding/fetch-object';
import { fetchMetadata } from '../../guarding/remote-issuer';
import { isObject, own } from '../../internal/assert';
import { isError } from '../../internal/errors';
import { isFetchableFrom } from '../../internal/urls';
import { parsePublicJwk } from '../../keys/jwk';
import { parseCompact } from '../../tokens/compact';
import { counted } from '../print';
import { verifyWith } from '../verify-with';
import { checksAbout, type Check } from './check';
import { described, type Probe } from './probe';
import { REMEDIES, type Remedy } from './remedies';

/** The private and secret members of a key (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The result of the checks of the published documents. */
export interface Published {
  readonly checks: readonly Check[];
  /** The URL of the token endpoint (RFC 6749 §3.2), if it is one of this package. */
  readonly tokenEndpoint?: string;
}

/** Checks the metadata of the issuer, and what it names. */
export async function checkPublished(
  issuer: string,
  token: string | undefined,
  probe: Probe,
): Promise<Published> {
  const { ok, problem, skipped } = checksAbout('metadata');
  const metadata = await attempt(fetchMetadata(issuer, probe.fetch));
  const asked = 'GET /.well-known/oauth-authorization-server';
  if (typeof metadata === 'string')
    return metadata.includes('names another issuer')
      ? { checks: [problem(asked, metadata, REMEDIES.metadata)] }
      : { checks: [skipped(metadata)] };
  const { checks, tokenEndpoint } = await checkTokenEndpoint(
    own(metadata, 'token_endpoint'),
    issuer,
    probe,
  );
  const keySet = await checkKeySet(own(metadata, 'jwks_uri'), issuer, token, probe);
  return {
    checks: [ok(asked, `the issuer ${issuer}`), ...checks, ...keySet],
    ...(tokenEndpoint !== undefined && { tokenEndpoint }),
  };
}

async function checkTokenEndpoint(
  endpoint: unknown,
  issuer: string,
  probe: Probe,
): Promise<Published> {
  const { ok, warning, problem } = checksAbout('token_endpoint');
  if (typeof endpoint !== 'string' || !isFetchableFrom(issuer, endpoint))
    return { checks: [problem('the metadata', 'no https URL', REMEDIES.notHttps)] };
  const asked = `POST ${withoutQuery(endpoint)} without credentials`;
  const reply = await probe.send(asked, endpoint, { method: 'POST' });
  if (typeof reply === 'string') return { checks: [problem(asked, reply, REMEDIES.unreachable)] };
  const isOther = new URL(endpoint).origin !== new URL(issuer).origin;
  const isRefusal = reply.status === 400 || reply.status === 401;
  const isStored = !(reply.headers.get('cache-control') ?? '').includes('no-store');
  const checks = [
    isRefusal
      ? ok(asked, described(reply))
      : problem(asked, `${described(reply)} instead of 400 or 401`, REMEDIES.errorPage),
    ...(isOther
      ? [warning('the metadata', 'another host than the issuer', REMEDIES.otherHost)]
      : []),
    ...(isStored ? [problem(asked, 'no Cache-Control: no-store', REMEDIES.cacheHeaders)] : []),
  ];
  return { checks, ...(reply.code !== undefined && { tokenEndpoint: endpoint }) };
}

async function checkKeySet(
  jwksUri: unknown,
  issuer: string,
  token: string | undefined,
  probe: Probe,
): Promise<Check[]> {
  const { ok, warning, problem } = checksAbout('jwks_uri');
  if (jwksUri === undefined) return [warning('the metadata', 'no jwks_uri', REMEDIES.noKeySet)];
  if (typeof jwksUri !== 'string' || !isFetchableFrom(issuer, jwksUri))
    return [problem('the metadata', 'no https URL', REMEDIES.notHttps)];
  const asked = `GET ${withoutQuery(jwksUri)}`;
  const document = await attempt(fetchObject(jwksUri, probe.fetch), withoutQuery(jwksUri));
  if (typeof document === 'string') return [problem(asked, document, REMEDIES.keySet)];
  const keys: unknown = own(document, 'keys');
  if (!Array.isArray(keys) || keys.length === 0)
    return [problem(asked, 'no keys', REMEDIES.keySet)];
  const kids = keys.map(kidOf);
  const repeated = kids.find((kid, index) => kid !== undefined && kids.indexOf(kid) !== index);
  const wrong = [
    ...(repeated === undefined ? [] : [problem(asked, `two keys ${repeated}`, REMEDIES.kid)]),
    ...keys.flatMap((jwk: unknown, index) => checkJwk(asked, jwk, String(index))),
  ];
  const found = wrong.length > 0 ? wrong : [ok(asked, counted(keys.length, 'public key'))];
  return token === undefined ? found : [...found, await checkSignature(jwksUri, token, probe)];
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
async function checkSignature(jwksUri: string, token: string, probe: Probe): Promise<Check> {
  const { ok, problem } = checksAbout('key set');
  const asked = 'the signature of the token';
  const header = parseCompact(token)?.header ?? {};
  const result = await attempt(verifyWith(jwksUri, token, header, probe.fetch));
  if (typeof result === 'string') return problem(asked, result, REMEDIES.keySet);
  return result.verified
    ? ok(asked, 'verified by the key set')
    : problem(asked, result.sentence.replace(/^NOT VERIFIED: |\.$/g, ''), REMEDIES.keySet);
}

/** Checks that the metadata of the resource names itself, and this issuer (RFC 9728 §3.3). */
export async function checkResource(
  url: string,
  guardedRoute: string,
  issuer: string,
  probe: Probe,
): Promise<Check> {
  const { ok, problem } = checksAbout('resource metadata');
  if (!isFetchableFrom(guardedRoute, url))
    return problem('the challenge', 'no https URL in resource_metadata', REMEDIES.notHttps);
  const asked = `GET ${withoutQuery(url)}`;
  const metadata = await attempt(fetchObject(url, probe.fetch), withoutQuery(url));
  if (typeof metadata === 'string') return problem(asked, metadata, REMEDIES.metadata);
  const [resource, servers] = [own(metadata, 'resource'), own(metadata, 'authorization_servers')];
  const isOwn = typeof resource === 'string' && guardedRoute.startsWith(resource);
  if (!isOwn) return problem(asked, 'another resource than this API', RESOURCE);
  return Array.isArray(servers) && servers.includes(issuer)
    ? ok(asked, `the issuer ${issuer}`)
    : problem(asked, 'another issuer', REMEDIES.metadata);
}

const RESOURCE: Remedy = { general: 'Set resource to the URL that clients use.' };

function kidOf(jwk: unknown): string | undefined {
  return isObject(jwk) && typeof jwk.kid === 'string' ? jwk.kid.slice(0, 100) : undefined;
}

/** Returns the result, or the message of the failure, as the end of a sentence about the URL. */
async function attempt<T>(promise: Promise<T>, url?: string): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    const message = isError(error) ? error.message : String(error);
    const end = url === undefined ? message : message.replace(`${url} `, '');
    return end.replace(/\.$/, '');
  }
}
