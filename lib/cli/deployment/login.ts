import type { ClientCredentials } from '../../clients/verifier';
import { own } from '../../internal/assert';
import { parseCompact } from '../../tokens/compact';
import { checkCacheHeaders } from './cache-headers';
import { checksAbout, type Check } from './check';
import { described, type Exchange, type Probe, type Reply } from './probe';
import { REMEDIES } from './remedies';
import { remedyFor } from './remedy-for';
import { credentialHeaders, pathIn, type Target } from './target';

/** The result of the checks that need the credentials of a client. */
export interface Login {
  readonly checks: readonly Check[];
  /** The first response of the token route. */
  readonly seen?: Exchange;
  /** The token, if there is one. */
  readonly token: string | undefined;
  /** Whether the credentials failed: then no others are sent. */
  readonly hasFailed: boolean;
}

const token = checksAbout('token');
const caching = checksAbout('caching of tokens');

/** Gets three tokens, and checks that they arrive, and are not the same one from a cache. */
export async function checkLogin(
  { tokenRoute, origin, credentials }: Target,
  probe: Probe,
): Promise<Login> {
  if (credentials === undefined) {
    const skipped = token.skipped(
      'Specify a client with --client to check that its token arrives.',
    );
    return { checks: [skipped], token: undefined, hasFailed: false };
  }
  const asked = `GET ${pathIn(tokenRoute)} as ${credentials.clientId}`;
  const headers = { ...credentialHeaders(credentials), ...(origin !== undefined && { origin }) };
  const reply = await probe.send(asked, tokenRoute, { headers });
  const login = { token: undefined, hasFailed: true };
  if (typeof reply === 'string')
    return { ...login, checks: [token.problem(asked, reply, REMEDIES.unreachable)] };
  const seen = { asked, reply };
  if (reply.status !== 200) {
    const isRefused = reply.code === 'ERR_INVALID_CLIENT';
    const remedy = isRefused ? REMEDIES.credentials : remedyFor(reply);
    return { ...login, checks: [token.problem(asked, described(reply), remedy)], seen };
  }
  const checks = [checkArrival(asked, reply), checkCacheHeaders(seen)];
  const found = tokenIn(reply);
  if (found === undefined) return { ...login, checks, seen, hasFailed: false };
  checks.push(...(await checkCaching(tokenRoute, credentials, probe, found)));
  return { checks, seen, token: found, hasFailed: false };
}

function checkArrival(asked: string, reply: Reply): Check {
  if (headerToken(reply) !== undefined) return token.ok(asked, '200 with a token');
  const remapped = [...reply.headers.keys()].find((name) =>
    name.endsWith('-remapped-authorization'),
  );
  if (remapped !== undefined)
    return token.problem(asked, `200 with the token in ${remapped}`, REMEDIES.responseHeader);
  return tokenIn(reply) === undefined
    ? token.problem(asked, '200 without the header Authorization', REMEDIES.responseHeader)
    : token.ok(asked, '200 with a token in the body alone');
}

/** A stored response shows as the same token, or as 304 to a conditional request. */
async function checkCaching(
  tokenRoute: string,
  credentials: ClientCredentials,
  probe: Probe,
  first: string,
): Promise<Check[]> {
  const again = async (how: string, more: Record<string, string>): Promise<Check> => {
    const asked = `GET ${pathIn(tokenRoute)} again${how}`;
    const headers = { ...credentialHeaders(credentials), ...more };
    const reply = await probe.send(asked, tokenRoute, { headers });
    if (typeof reply === 'string') return caching.problem(asked, reply, REMEDIES.appDown);
    if (reply.status === 304) return caching.problem(asked, '304', REMEDIES.conditional);
    if (reply.status !== 200) return caching.problem(asked, described(reply), remedyFor(reply));
    return tokenIn(reply) === first
      ? caching.problem(asked, 'the same token', REMEDIES.cached)
      : caching.ok(asked, '200 with another token');
  };
  return [await again('', {}), await again(', with If-None-Match', { 'If-None-Match': '*' })];
}

function tokenIn(reply: Reply): string | undefined {
  const text = headerToken(reply) ?? own(reply.body ?? {}, 'access_token');
  return typeof text === 'string' && parseCompact(text) !== undefined ? text : undefined;
}

const headerToken = ({ headers }: Reply): string | undefined =>
  /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1];
