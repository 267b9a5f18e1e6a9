import { checksAbout, type Check } from './check';
import { described, redirectOf, type Probe } from './probe';
import { REMEDIES } from './remedies';
import { pathIn, type Target } from './target';

const SOON_MS = 14 * 86_400_000;
const DAY_MS = 86_400_000;

/** The result of a TLS handshake. */
export interface Certificate {
  /** When the certificate ends, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** The version of TLS. */
  readonly protocol: string;
}

/** Makes a TLS handshake with a host. Rejects if it fails. */
export type ReadCertificate = (host: string, port: number) => Promise<Certificate>;

/** Checks the certificate, and that the API is not also served in clear text. */
export async function checkTransport(
  { tokenRoute, guardedRoute }: Target,
  probe: Probe,
  readCertificate: ReadCertificate,
  nowMs: number,
): Promise<Check[]> {
  const { skipped } = checksAbout('TLS');
  if (!tokenRoute.startsWith('https:'))
    return [skipped('The API is on this machine, without TLS.')];
  const checks = [await checkCertificate(new URL(tokenRoute), readCertificate, nowMs)];
  for (const route of [tokenRoute, guardedRoute])
    if (route !== undefined) checks.push(await checkClearText(route, probe));
  return checks;
}

async function checkCertificate(
  { hostname, port }: URL,
  readCertificate: ReadCertificate,
  nowMs: number,
): Promise<Check> {
  const { ok, warning, problem } = checksAbout('TLS');
  const asked = `the certificate of ${hostname}`;
  try {
    const { expiresAtMs, protocol } = await readCertificate(hostname, Number(port || 443));
    const days = Math.floor((expiresAtMs - nowMs) / DAY_MS);
    const came = `${protocol}, ends in ${String(days)} days`;
    return expiresAtMs - nowMs < SOON_MS
      ? warning(asked, came, REMEDIES.certificate)
      : ok(asked, came);
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    return problem(asked, typeof code === 'string' ? code : 'not readable', REMEDIES.certificate);
  }
}

/** Asks the default port of http, without credentials. */
async function checkClearText(route: string, probe: Probe): Promise<Check> {
  const { ok, warning, problem } = checksAbout('clear text');
  const url = `http://${new URL(route).hostname}${pathIn(route)}`;
  const asked = `GET ${url} without credentials`;
  const reply = await probe.send(asked, url);
  if (typeof reply === 'string') return ok(asked, reply);
  const came = described(reply);
  const to = redirectOf(reply, url);
  if (to?.startsWith('https:')) return ok(asked, `${came} to ${to}`);
  const isServed = reply.code !== undefined || reply.status < 300 || reply.status === 401;
  return isServed
    ? problem(asked, came, REMEDIES.clearText)
    : warning(asked, to === undefined ? came : `${came} to ${to}`, REMEDIES.clearText);
}
