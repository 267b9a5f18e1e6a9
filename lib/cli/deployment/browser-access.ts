import { checksAbout, type Check } from './check';
import type { Exchange, Probe, Reply } from './probe';
import { REMEDIES } from './remedies';
import { pathIn, type Target } from './target';

const { ok, problem, skipped } = checksAbout('CORS');

/**
 * Checks whether a page of the origin can get a token, read it, and call the guarded route.
 *
 * @param seen The response of the token route to a request with this origin.
 * @param guarded The response of the guarded route to one.
 */
export async function checkBrowserAccess(
  { tokenRoute, guardedRoute, origin }: Target,
  seen: Exchange,
  guarded: Exchange | undefined,
  probe: Probe,
): Promise<Check[]> {
  if (origin === undefined)
    return [skipped('Specify the origin of your page with --origin if browsers call your API.')];
  const ask = (url: string, method: string, headers: readonly string[]) =>
    checkPreflight({ url, method, headers, origin }, probe);
  const checks = [await ask(tokenRoute, 'POST', ['client-id', 'client-secret'])];
  if (guardedRoute !== undefined) checks.push(await ask(guardedRoute, 'GET', ['authorization']));
  checks.push(checkExposure(origin, seen));
  return guarded === undefined ? checks : [...checks, checkOrigin(origin, guarded)];
}

interface Preflight {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly string[];
  readonly origin: string;
}

async function checkPreflight(
  { url, method, headers, origin }: Preflight,
  probe: Probe,
): Promise<Check> {
  const asked = `OPTIONS ${pathIn(url)} from ${origin}`;
  const reply = await probe.send(asked, url, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': headers.join(', '),
    },
  });
  if (typeof reply === 'string') return problem(asked, reply, REMEDIES.preflight);
  const allowed = wordsOf(reply, 'access-control-allow-headers');
  const missing = headers.filter((name) => !allowed.includes(name) && !isWildcard(allowed, name));
  if (reply.status > 299 || !isAllowed(reply, origin))
    return problem(asked, `${String(reply.status)} ${allowedOrigin(reply)}`, REMEDIES.preflight);
  return missing.length === 0
    ? ok(asked, `allowed for ${headers.join(', ')}`)
    : problem(asked, `the header ${missing.join(', ')} is not allowed`, REMEDIES.preflight);
}

function checkOrigin(origin: string, { asked, reply }: Exchange): Check {
  return isAllowed(reply, origin)
    ? ok(asked, allowedOrigin(reply))
    : problem(asked, allowedOrigin(reply), REMEDIES.preflight);
}

/** Fetch standard: the wildcard does not cover Authorization. */
const isWildcard = (allowed: readonly string[], name: string) =>
  allowed.includes('*') && name !== 'authorization';

function checkExposure(origin: string, { asked, reply }: Exchange): Check {
  if (!isAllowed(reply, origin) || reply.status !== 200)
    return checkOrigin(origin, { asked, reply });
  const isInBody = reply.body !== undefined && 'access_token' in reply.body;
  const isExposed = wordsOf(reply, 'access-control-expose-headers').some((name) =>
    ['authorization', '*'].includes(name),
  );
  return isInBody || isExposed
    ? ok(asked, 'pages can read the token')
    : problem(asked, 'pages cannot read the header Authorization', REMEDIES.exposure);
}

const wordsOf = ({ headers }: Reply, name: string): string[] =>
  (headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);

function isAllowed({ headers }: Reply, origin: string): boolean {
  return ['*', origin].includes(headers.get('access-control-allow-origin') ?? '');
}

function allowedOrigin({ headers }: Reply): string {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === null
    ? 'without Access-Control-Allow-Origin'
    : `Access-Control-Allow-Origin: ${allowed}`;
}
