import { randomBytes } from 'node:crypto';

import { checkCacheHeaders } from './cache-headers';
import { checksAbout, type Check } from './check';
import { described, redirectOf, type Exchange, type Probe, type Reply } from './probe';
import { REMEDIES } from './remedies';
import { remedyFor } from './remedy-for';
import { credentialHeaders, pathIn, type Target } from './target';

const route = checksAbout('token route');
const names = checksAbout('credential headers');

/** The result of the checks without credentials. */
export interface TokenRoute {
  readonly checks: readonly Check[];
  /** The response to a request without credentials. */
  readonly seen?: Exchange;
  /** `absent`: another thing responds there. `unreachable`: nothing does. */
  readonly state: 'found' | 'absent' | 'unreachable';
}

/** Calls the token route as a caller without credentials. */
export async function checkTokenRoute(
  { tokenRoute: url, origin, guardedRoute, credentials }: Target,
  probe: Probe,
): Promise<TokenRoute> {
  const asked = `GET ${pathIn(url)} without credentials`;
  const headers = { ...(origin !== undefined && { origin }) };
  const reply = await probe.send(asked, url, { headers });
  if (typeof reply === 'string')
    return { checks: [route.problem(asked, reply, REMEDIES.unreachable)], state: 'unreachable' };
  const check = judgeRefusal(asked, url, reply);
  const seen = { asked, reply };
  const onlyGuards = guardedRoute !== undefined && credentials === undefined;
  if (reply.status === 404 && reply.code === undefined && onlyGuards) {
    const skipped = route.skipped(`${asked} got 404, so this app issues no tokens there.`);
    return { checks: [skipped], state: 'absent' };
  }
  if (reply.code === undefined) return { checks: [check], seen, state: 'absent' };
  const others = [
    checkCacheHeaders(seen),
    await checkHead(url, reply.status, probe),
    await checkOptions(url, probe),
  ];
  return { checks: [check, ...others], seen, state: 'found' };
}

function judgeRefusal(asked: string, url: string, reply: Reply): Check {
  const { status, code } = reply;
  if (code === 'ERR_CREDENTIALS_MALFORMED' && status === 400)
    return route.ok(asked, described(reply));
  const to = redirectOf(reply, url);
  if (to !== undefined)
    return route.problem(asked, `${String(status)} to ${to}`, REMEDIES.redirect);
  return isToken(reply)
    ? route.problem(asked, '200, as if for a client', REMEDIES.cached)
    : route.problem(asked, described(reply), remedyFor(reply));
}

/** Checks whether a response has a token: a cache may have stored it for another request. */
const isToken = ({ status, headers, body }: Reply): boolean =>
  status === 200 && (headers.has('authorization') || body?.token_type !== undefined);

async function checkHead(url: string, expected: number, probe: Probe): Promise<Check> {
  const { ok, problem } = checksAbout('HEAD');
  const asked = `HEAD ${pathIn(url)}`;
  const reply = await probe.send(asked, url, { method: 'HEAD' });
  if (typeof reply === 'string') return problem(asked, reply, REMEDIES.head);
  return reply.status === expected
    ? ok(asked, String(reply.status))
    : problem(asked, `${String(reply.status)}, but GET has ${String(expected)}`, REMEDIES.head);
}

/** Express responds with 404 if no CORS middleware does; a gateway that forbids OPTIONS does not. */
async function checkOptions(url: string, probe: Probe): Promise<Check> {
  const { ok, warning } = checksAbout('OPTIONS');
  const asked = `OPTIONS ${pathIn(url)}`;
  const reply = await probe.send(asked, url, { method: 'OPTIONS' });
  if (typeof reply === 'string') return warning(asked, reply, REMEDIES.options);
  return reply.status < 300 || reply.status === 404
    ? ok(asked, String(reply.status))
    : warning(asked, String(reply.status), REMEDIES.options);
}

/** Sends the credentials of a client that does not exist, in one request. */
export async function checkWrongCredentials(
  { tokenRoute: url }: Target,
  probe: Probe,
): Promise<Check> {
  const asked = `POST ${pathIn(url)} as a client that does not exist`;
  const random = randomBytes(16).toString('base64url');
  const headers = credentialHeaders({ clientId: `doctor-${random}`, clientSecret: random });
  const reply = await probe.send(asked, url, { method: 'POST', headers });
  if (typeof reply === 'string') return names.problem(asked, reply, REMEDIES.appDown);
  return judgeWrongCredentials(asked, reply);
}

function judgeWrongCredentials(asked: string, reply: Reply): Check {
  const { status, code } = reply;
  const came = described(reply);
  if (code === 'ERR_INVALID_CLIENT' && status === 403) return names.ok(asked, came);
  if (isToken(reply)) return names.problem(asked, '200', REMEDIES.anyCredentials);
  if (code === 'ERR_THROTTLED' || code === 'ERR_OVERLOADED')
    return names.skipped(`${asked} got ${came}. Try again later.`);
  return names.problem(asked, came, remedyFor(reply));
}
