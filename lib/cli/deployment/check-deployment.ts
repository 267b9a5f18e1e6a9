import type { Fetch } from '../../guarding/fetch-object';
import { checkBrowserAccess } from './browser-access';
import { checksAbout, reportCheck, type Check, type ReportedCheck } from './check';
import { checkClocks } from './clock';
import { checkEveryResponse } from './every-response';
import { checkGuardedRoute } from './guarded-route';
import { checkLargeBody } from './large-body';
import { checkLogin } from './login';
import { createProbe, described, LimitedError, type Probe } from './probe';
import { checkPublished, type Published } from './published';
import { REMEDIES } from './remedies';
import { checkResource } from './resource';
import type { Target } from './target';
import { checkTokenRoute, checkWrongCredentials } from './token-route';
import { checkTransport, type ReadCertificate } from './transport';

/** The functions of this machine that the checks call. */
export interface Machine {
  readonly fetch: Fetch;
  readonly nowMs: () => number;
  readonly readCertificate: ReadCertificate;
}

/** The result of all checks. */
export interface Inspection {
  readonly checks: readonly ReportedCheck[];
  /** The number of requests that were sent. */
  readonly requests: number;
}

/**
 * Looks at a deployment from outside, as a client would: with at most 30 requests, one after the
 * other. Wrong credentials are sent once at most. It stops if the gateway limits requests.
 */
export async function checkDeployment(target: Target, machine: Machine): Promise<Inspection> {
  const probe = createProbe(machine.fetch, machine.nowMs);
  const checks: Check[] = [];
  try {
    await checkAll(target, machine, probe, checks);
  } catch (error) {
    if (!(error instanceof LimitedError)) throw error;
    const { asked, reply } = error.exchange;
    const came = `${described(reply)}, so no more requests were sent`;
    checks.push(checksAbout('rate limit').problem(asked, came, REMEDIES.limited));
  }
  checks.push(...checkEveryResponse(probe.exchanges));
  const gateway = probe.gateway();
  const secret = target.credentials?.clientSecret;
  return {
    checks: checks.map((each) => reportCheck(each, gateway, secret)),
    requests: probe.count(),
  };
}

/** Adds the checks as they are done. */
async function checkAll(
  target: Target,
  machine: Machine,
  probe: Probe,
  checks: Check[],
): Promise<void> {
  // First, because a response that a cache has stored shows in the requests after it.
  const login = await checkLogin(target, probe);
  checks.push(...login.checks);
  const tokenRoute = await checkTokenRoute(target, probe);
  checks.push(...tokenRoute.checks);
  const seen = login.seen ?? tokenRoute.seen;
  const isFound = tokenRoute.state === 'found';
  if (isFound && !login.hasFailed) checks.push(await checkWrongCredentials(target, probe));
  if (tokenRoute.state !== 'unreachable') {
    const { token } = login;
    const guarded = await checkGuardedRoute(target, token, isFound, probe);
    checks.push(...guarded.checks);
    const published = await checkPublished(target.url, token, probe);
    checks.push(...published.checks);
    if (guarded.resourceMetadata !== undefined)
      checks.push(await checkResourceOf(target, guarded.resourceMetadata, published, probe));
    checks.push(...(await checkBodies(target, isFound, published, probe)));
    if (seen) checks.push(...(await checkBrowserAccess(target, seen, guarded.seen, probe)));
  }
  const { readCertificate, nowMs } = machine;
  checks.push(...(await checkTransport(target, probe, readCertificate, nowMs())));
  if (seen !== undefined) checks.push(...checkClocks(seen, login.token));
}

const checkResourceOf = (
  { guardedRoute, url }: Target,
  resourceMetadata: string,
  { issuer }: Published,
  probe: Probe,
): Promise<Check> => checkResource(resourceMetadata, guardedRoute ?? url, issuer, probe);

/** Only the OAuth endpoints read bodies. */
async function checkBodies(
  { tokenRoute }: Target,
  isFound: boolean,
  { tokenEndpoint }: Published,
  probe: Probe,
): Promise<Check[]> {
  if (tokenEndpoint !== undefined) return checkLargeBody(tokenEndpoint, true, probe);
  return isFound ? checkLargeBody(tokenRoute, false, probe) : [];
}
