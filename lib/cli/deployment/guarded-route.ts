import { checksAbout, type Check } from './check';
import { described, redirectOf, type Probe, type Reply } from './probe';
import { REMEDIES, type Remedy } from './remedies';
import { pathIn, type Target } from './target';

const route = checksAbout('guarded route');
const challenges = checksAbout('challenge');

/** A token that is none: it is only there to see whether the header arrives. */
const NO_TOKEN = 'Bearer doctor';

/** The result of the checks of a guarded route. */
export interface GuardedRoute {
  readonly checks: readonly Check[];
  /** The URL of the metadata of the resource that its challenge names (RFC 9728 §5.1). */
  readonly resourceMetadata: string | undefined;
}

/** Calls a guarded route with a token, and then without: a cache may have stored the response. */
export async function checkGuardedRoute(
  { guardedRoute: url }: Target,
  token: string | undefined,
  probe: Probe,
): Promise<GuardedRoute> {
  if (url === undefined) {
    const why = 'Specify a guarded route with --route to check tokens and challenges.';
    return { checks: [route.skipped(why)], resourceMetadata: undefined };
  }
  const withToken = await checkToken(url, token, probe);
  const asked = `GET ${pathIn(url)} without a token`;
  const reply = await probe.send(asked, url);
  if (typeof reply === 'string') {
    const check = route.problem(asked, reply, REMEDIES.unreachable);
    return { checks: [withToken, check], resourceMetadata: undefined };
  }
  const isGuarded = reply.status === 401;
  const challenge = isGuarded ? [checkChallenge(asked, reply), await checkHead(url, probe)] : [];
  const checks = [withToken, judgeOpen(asked, url, reply), ...challenge];
  const [, resourceMetadata] =
    /\bresource_metadata="([^"]*)"/.exec(reply.headers.get('www-authenticate') ?? '') ?? [];
  return { checks, resourceMetadata };
}

/** Checks that a token arrives. Without one, a text that is none must be refused as a token. */
async function checkToken(url: string, token: string | undefined, probe: Probe): Promise<Check> {
  const path = pathIn(url);
  const asked = `GET ${path} with ${token === undefined ? 'a malformed token' : 'the token'}`;
  const authorization = token === undefined ? NO_TOKEN : `Bearer ${token}`;
  const reply = await probe.send(asked, url, { headers: { authorization } });
  if (typeof reply === 'string') return route.problem(asked, reply, REMEDIES.unreachable);
  const came = described(reply);
  if (isTokenMissing(reply)) return route.problem(asked, came, REMEDIES.requestToken);
  if (token === undefined)
    return reply.status === 401 || reply.status === 400
      ? route.ok(asked, came)
      : route.problem(asked, came, remedyOf(reply));
  const isAccepted = reply.status !== 401 && reply.status < 500;
  return isAccepted ? route.ok(asked, came) : route.problem(asked, came, remedyOf(reply));
}

/** RFC 6750 §3.1: a challenge has an error code if the request had a token. */
function isTokenMissing({ status, code, headers }: Reply): boolean {
  if (code !== undefined) return code === 'ERR_TOKEN_MISSING';
  const challenge = headers.get('www-authenticate') ?? '';
  return status === 401 && /\bBearer\b/i.test(challenge) && !challenge.includes('error=');
}

function remedyOf({ status, code, headers }: Reply): Remedy {
  if (status >= 500) return REMEDIES.appDown;
  if (status !== 401) return status < 300 ? REMEDIES.openRoute : REMEDIES.noRoute;
  const isBearer = /\bBearer\b/i.test(headers.get('www-authenticate') ?? '');
  return code !== undefined || isBearer ? REMEDIES.tokenRefused : REMEDIES.gatewayLogin;
}

function judgeOpen(asked: string, url: string, reply: Reply): Check {
  const came = described(reply);
  if (reply.status === 401) return route.ok(asked, came);
  const to = redirectOf(reply, url);
  if (to !== undefined) return route.problem(asked, `${came} to ${to}`, REMEDIES.redirect);
  return route.problem(asked, came, remedyOf(reply));
}

function checkChallenge(asked: string, { headers }: Reply): Check {
  const text = headers.get('www-authenticate');
  if (text === null)
    return challenges.problem(asked, '401 without WWW-Authenticate', REMEDIES.challengeMissing);
  const schemes = text
    .replace(/"(\\.|[^"\\])*"/g, '""')
    .matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[A-Za-z]|\s*$|\s*,)/g);
  const found = [...schemes].map(([, scheme = '']) => scheme.slice(0, 20));
  return found.length === 1 && found[0]?.toLowerCase() === 'bearer'
    ? challenges.ok(asked, 'one challenge, Bearer')
    : challenges.problem(asked, `the challenges ${found.join(', ')}`, REMEDIES.challengeDoubled);
}

async function checkHead(url: string, probe: Probe): Promise<Check> {
  const { ok, problem } = checksAbout('HEAD');
  const asked = `HEAD ${pathIn(url)} without a token`;
  const reply = await probe.send(asked, url, { method: 'HEAD' });
  if (typeof reply === 'string') return problem(asked, reply, REMEDIES.head);
  return reply.status === 401
    ? ok(asked, '401')
    : problem(asked, `${String(reply.status)}, but GET has 401`, REMEDIES.head);
}
