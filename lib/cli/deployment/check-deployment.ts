import { checkBrowserAccess } from './browser-access';
import { reportCheck, type Check, type ReportedCheck } from './check';
import { checkClocks } from './clock';
import { checkEveryResponse } from './every-response';
import { checkGuardedRoute } from './guarded-route';
import { checkLargeBody } from './large-body';
import { checkLogin } from './login';
import { createProbe, type Probe } from './probe';
import { checkPublished, checkResource } from './published';
import type { Target } from './target';
import { checkTokenRoute, checkWrongCredentials, type TokenRoute } from './token-route';
import { checkTransport, type ReadCertificate } from './transport';
import type { Fetch } from '../../guarding/fetch-object';

/** What the checks need of this machine. */
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
 * other. Wrong credentials are sent once at most.
 */
export async function checkDeployment(target: Target, machine: Machine): Promise<Inspection> {
  const probe = createProbe(machine.fetch);
  const checks = await checkAll(target, machine, probe);
  const gateway = probe.gateway();
  return { checks: checks.map((each) => reportCheck(each, gateway)), requests: probe.count() };
}

async function checkAll(target: Target, machine: Machine, probe: Probe): Promise<Check[]> {
  // First, because a response that a cache has stored shows in the requests after it.
  const login = await checkLogin(target, probe);
  const tokenRoute = await checkTokenRoute(target, probe);
  const { token } = login;
  const checks: Check[] = [...login.checks, ...tokenRoute.checks];
  const inspectTransport = () =>
    checkTransport(target, probe, machine.readCertificate, machine.nowMs());
  if (tokenRoute.state === 'unreachable') return [...checks, ...(await inspectTransport())];
  if (tokenRoute.state === 'found' && !login.isRefused)
    checks.push(await checkWrongCredentials(target, probe));
  const hasCodes = tokenRoute.state === 'found';
  const guarded = await checkGuardedRoute(target, token, hasCodes, probe);
  const { resourceMetadata } = guarded;
  const published = await checkPublished(target.url, token, probe);
  const seen = login.seen ?? tokenRoute.seen;
  checks.push(...guarded.checks, ...published.checks);
  if (resourceMetadata !== undefined && target.guardedRoute !== undefined)
    checks.push(await checkResource(resourceMetadata, target.guardedRoute, target.url, probe));
  checks.push(...(await checkBodies(target, tokenRoute, published.tokenEndpoint, probe)));
  if (seen !== undefined) checks.push(...(await checkBrowserAccess(target, seen, probe)));
  checks.push(
    ...(await inspectTransport()),
    ...checkClocks(probe.exchanges, token, machine.nowMs()),
    ...checkEveryResponse(probe.exchanges),
  );
  return checks;
}

/** Only the OAuth endpoints read bodies. */
async function checkBodies(
  { tokenRoute }: Target,
  { state }: TokenRoute,
  tokenEndpoint: string | undefined,
  probe: Probe,
): Promise<Check[]> {
  if (tokenEndpoint !== undefined) return checkLargeBody(tokenEndpoint, true, probe);
  return state === 'found' ? checkLargeBody(tokenRoute, false, probe) : [];
}
