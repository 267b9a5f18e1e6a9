import { checkDeployment } from '../../lib/cli/deployment/check-deployment';
import type { Target } from '../../lib/cli/deployment/target';
import { SECRET } from './clients';
import { startIssuer } from './issuer';

type Fetch = typeof fetch;
/** A request to a gateway. */
interface Call {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly headers: Headers;
}
/** Changes a response; it may also respond itself. */
export type Gateway = (
  call: Call,
  respond: () => Promise<Response>,
) => Response | Promise<Response>;

const credentials = { clientId: 'reports', clientSecret: SECRET };
const noTls = () => Promise.reject(new Error('There is no TLS.'));

/** Returns the checks behind a gateway, with credentials and a guarded route, each in one line. */
export async function inspect(gateway: Gateway, changes: Partial<Target> = {}): Promise<string[]> {
  const { url } = await startIssuer();
  const target: Target = {
    ...{ url, tokenRoute: `${url}/auth/jwt`, guardedRoute: `${url}/reports` },
    ...{ origin: undefined, credentials, ...changes },
  };
  const through: Fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, headers } = request;
    const call = { method, url: request.url, path: new URL(request.url).pathname, headers };
    return gateway(call, () => fetch(request));
  };
  const machine = { fetch: through, nowMs: () => Date.now(), readCertificate: noTls };
  const { checks } = await checkDeployment(target, machine);
  return checks.map(({ level, about, asked, came }) => `${level} ${about}: ${asked}: ${came}`);
}

/** These are skipped without `origin` and TLS. */
const SKIPPED = /^skipped (CORS|TLS): not checked: /;

/** Returns the checks behind a gateway that are not ok, with URL for the address of the app. */
export async function wrongBehind(...args: Parameters<typeof inspect>): Promise<string[]> {
  const lines = await inspect(...args);
  return lines
    .filter((line) => !line.startsWith('ok ') && !SKIPPED.test(line))
    .map((line) => line.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'URL'));
}

/** A response with other headers. */
export async function withHeaders(
  respond: () => Promise<Response>,
  headers: Record<string, string>,
) {
  const response = await respond();
  const changed = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) changed.set(name, value);
  return new Response(response.status === 204 ? null : await response.text(), {
    status: response.status,
    headers: changed,
  });
}

/** A JSON response. */
export const json = (status: number, body: object, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers: { date: new Date().toUTCString(), ...headers } });
