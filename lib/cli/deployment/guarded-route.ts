import { checksAbout, type Check } from './check';
import { described, redirectOf, type Exchange, type Probe, type Reply } from './probe';
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
  readonly resourceMetadata?: string;
  /** The response to the request with a token. */
  readonly seen?: Exchange;
}

/**
 * Calls a guarded route with a token, and then without: a cache may have stored the response.
 *
 * @param hasCodes Whether the app has sent a code in another refusal.
 */
export async function checkGuardedRoute(
  { guardedRoute: url, origin }: Target,
  token: string | undefined,
  hasCodes: boolean,
  probe: Probe,
): Promise<GuardedRoute> {
  if (url === undefined) {
    const why = 'Specify a guarded route with --route to check tokens and challenges.';
    return { checks: [route.skipped(why)] };
  }
  const kind = token === undefined ? 'a malformed token' : 'the token';
  const authorization = token === undefined ? NO_TOKEN : `Bearer ${token}`;
  const from = { ...(origin !== undefined && { origin }) };
  const withToken = { ...from, authorization };
  const first = await call(`GET ${pathIn(url)} with ${kind}`, url, withToken, probe);
  const second = await call(`GET ${pathIn(url)} without a token`, url, from, probe);
  const failed = [first, second].flatMap(({ asked, reply }) =>
    typeof reply === 'string' ? [route.problem(asked, reply, REMEDIES.unreachable)] : [],
  );
  if (!hasReply(first) || !hasReply(second)) return { checks: failed };
  const isGuarded = second.reply.status === 401;
  const checks = [
    judgeToken(first, token, isGuarded),
    judgeOpen(second, url, hasCodes),
    ...(isGuarded ? [checkChallenge(second), await checkHead(url, probe)] : []),
  ];
  const challenge = second.reply.headers.get('www-authenticate') ?? '';
  const [, resourceMetadata] = /\bresource_metadata="([^"]*)"/.exec(challenge) ?? [];
  return { checks, seen: first, ...(resourceMetadata && { resourceMetadata }) };
}

interface Called {
  readonly asked: string;
  readonly reply: Reply | string;
}

const call = async (
  asked: string,
  url: string,
  headers: Record<string, string>,
  probe: Probe,
): Promise<Called> => ({ asked, reply: await probe.send(asked, url, { headers }) });

const hasReply = (called: Called): called is Exchange => typeof called.reply !== 'string';

/** Judges whether a token arrives. A text that is none must be refused as a token. */
function judgeToken(
  { asked, reply }: Exchange,
  token: string | undefined,
  isGuarded: boolean,
): Check {
  const { status } = reply;
  const came = described(reply);
  if (isTokenMissing(reply)) return route.problem(asked, came, REMEDIES.requestToken);
  const isRefused = status === 401 || (status === 400 && token === undefined);
  const isExpected = token === undefined ? isRefused : !isRefused && isOfApp(reply);
  if (isExpected) return route.ok(asked, came);
  // The handler may have refused the request: only the app knows.
  const mayBeOfApp = isGuarded && status >= 400 && status < 500 && !isRefused;
  return mayBeOfApp
    ? route.warning(
        asked,
        came,
        HEADER_STATUSES.includes(status) ? REMEDIES.headerSize : REMEDIES.whoRefused,
      )
    : route.problem(asked, came, remedyOf(reply));
}

/** The statuses of gateways for headers that are too large; 494 is that of nginx. */
const HEADER_STATUSES = [400, 431, 494];

const isOfApp = ({ status, code }: Reply): boolean => code !== undefined || status < 300;

/** RFC 6750 §3.1: a challenge has an error code if the request had a token. */
function isTokenMissing({ status, code, headers }: Reply): boolean {
  if (code !== undefined) return code === 'ERR_TOKEN_MISSING';
  const challenge = headers.get('www-authenticate') ?? '';
  return status === 401 && /\bBearer\b/i.test(challenge) && !challenge.includes('error=');
}

function remedyOf({ status, code, headers }: Reply): Remedy {
  if (status >= 500) return REMEDIES.appDown;
  if (status < 300) return REMEDIES.openRoute;
  if (status < 400) return REMEDIES.redirect;
  if (status !== 401) return REMEDIES.noRoute;
  const isBearer = /\bBearer\b/i.test(headers.get('www-authenticate') ?? '');
  return code !== undefined || isBearer ? REMEDIES.tokenRefused : REMEDIES.gatewayLogin;
}

function judgeOpen({ asked, reply }: Exchange, url: string, hasCodes: boolean): Check {
  const came = described(reply);
  if (reply.status === 401 && reply.code === undefined && hasCodes)
    return route.warning(asked, `${came} without the body of the app`, REMEDIES.errorPage);
  if (reply.status === 401) return route.ok(asked, came);
  const to = redirectOf(reply, url);
  if (to !== undefined) return route.problem(asked, `${came} to ${to}`, REMEDIES.redirect);
  return route.problem(asked, came, remedyOf(reply));
}

function checkChallenge({ asked, reply: { headers } }: Exchange): Check {
  const text = headers.get('www-authenticate');
  if (text === null)
    return challenges.problem(asked, '401 without WWW-Authenticate', REMEDIES.challengeMissing);
  const schemes = text
    .replace(/"(\\.|[^"\\])*"/g, '""')
    .matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[A-Za-z]|\s*$|\s*,)/g);
  const found = [...schemes].map(([, scheme = '']) => scheme);
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
