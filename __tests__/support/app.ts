import express, { type Express } from 'express';
import {
  bcryptVerifier,
  createJwtAuth,
  getJwt,
  requireJwt,
  type ClientVerifier,
  type JwtAuth,
  type JwtAuthErrorCode,
  type JwtAuthEvent,
  type JwtAuthOptions,
  type RequireJwtOptions,
} from 'express-client-jwt';
import request, { type Response, type Test } from 'supertest';

import { reports, SECRET } from './clients';
import { watchEvent } from './leaks';
import { KEY } from './mint';

const opened: JwtAuth[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((auth) => auth.close()));
});

/** createJwtAuth with a key and the client `reports`; closed after the test. */
export function testAuth({ onEvent, ...options }: Partial<JwtAuthOptions> = {}): JwtAuth {
  const listener = (event: JwtAuthEvent) => {
    watchEvent(event);
    return onEvent?.(event);
  };
  const auth = createJwtAuth({
    keys: KEY,
    verifier: bcryptVerifier([reports()]),
    ...options,
    onEvent: listener,
  });
  opened.push(auth);
  return auth;
}

/** An app with one guarded route, `GET /guarded/:id`, which responds with the caller. */
export function testApp(
  options: Partial<JwtAuthOptions> = {},
  requirements: RequireJwtOptions = {},
): Express {
  return guardedApp(testAuth(options), requirements);
}

export function guardedApp(auth: JwtAuth, requirements: RequireJwtOptions = {}): Express {
  const app = express();
  app.use(auth);
  app.get('/guarded/:id', requireJwt(requirements), (req, res) => {
    res.json({ id: req.params.id, clientId: req.jwt === undefined ? null : getJwt(req).clientId });
  });
  return app;
}

/** Collects events. */
export function recorder(): { events: JwtAuthEvent[]; onEvent: (event: JwtAuthEvent) => void } {
  const events: JwtAuthEvent[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

export function getToken(
  app: Express,
  clientId = 'reports',
  secret = SECRET,
  path = '/auth/jwt',
): Test {
  return request(app).get(path).set('client-id', clientId).set('client-secret', secret);
}

/** Reads the token from a response header. */
export function tokenOf({ headers }: Response): string {
  return /^Bearer (\S+)$/.exec(String(headers.authorization))?.[1] ?? '';
}

export function callGuarded(app: Express, token: string): Test {
  return request(app).get('/guarded/7').set('Authorization', `Bearer ${token}`);
}

/** The expected refusal of an invalid token. */
export function invalidToken(code: JwtAuthErrorCode): Challenge {
  return { error: 'invalid_token', code };
}

/** Checks the common properties of every refusal and failure of the token route. */
export function expectNoToken(res: Response, status: number, error: string): void {
  expect(res.status).toBe(status);
  expect(res.headers.authorization).toBeUndefined();
  expect(res.headers).toMatchObject({
    'cache-control': 'no-store',
    pragma: 'no-cache',
    vary: 'client-id, client-secret',
  });
  expect(res.headers.etag).toBeUndefined();
  expect(res.body).toEqual(refusalBody(error));
}

/** The JSON body of a refusal with any description. */
export function refusalBody(error: string, code?: JwtAuthErrorCode): unknown {
  const anyCode = expect.stringMatching(/^ERR_[A-Z_]+$/) as unknown;
  const sentence = expect.stringMatching(/^[A-Z].*\.$/) as unknown;
  return { error, error_description: sentence, code: code ?? anyCode };
}

/** The options for a verifier with this `verify`. */
export function verifying(verify: ClientVerifier['verify']): { verifier: ClientVerifier } {
  return { verifier: { verify } };
}

/** The options for a verifier with this `find`, whose `verify` rejects everybody. */
export function finding(find: NonNullable<ClientVerifier['find']>): { verifier: ClientVerifier } {
  return { verifier: { verify: () => Promise.resolve(undefined), find } };
}

export interface Challenge {
  error?: string;
  code?: JwtAuthErrorCode;
  scope?: string;
  realm?: string;
}

/** Checks that the status, the challenge and the body give the reason. */
export function expectChallenge(
  res: Response,
  status: number,
  { error, code, scope, realm = 'api' }: Challenge = {},
): void {
  const { error_description: sentence } = res.body as { error_description?: string };
  const expected = [
    `realm="${realm}"`,
    ...(error ? [`error="${error}"`, `error_description="${String(sentence)}"`] : []),
    ...(scope ? [`scope="${scope}"`] : []),
  ];
  expect({ status: res.status, challenge: res.headers['www-authenticate'] }).toEqual({
    status,
    challenge: `Bearer ${expected.join(', ')}`,
  });
  expect(res.headers['content-type']).toBe('application/json; charset=utf-8');
  if (error) expect(res.body).toEqual(refusalBody(error, code));
}
