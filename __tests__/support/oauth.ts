import express, { type Express } from 'express';
import type { JwtAuthOptions } from 'express-client-jwt';
import request, { type Response, type Test } from 'supertest';

import { guardedApp, testAuth } from './app';
import { SECRET } from './clients';

export const ISSUER = 'https://api.example.com';

/** An app with the standard endpoints and one guarded route. */
export function oauthApp(options: Partial<JwtAuthOptions> = {}): Express {
  return guardedApp(testAuth({ oauth: true, issuer: ISSUER, ...options }));
}

/** The value of `Authorization` for HTTP Basic. The two halves are sent as they are. */
export function basic(clientId = 'reports', secret = SECRET): string {
  return `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
}

export interface Sent {
  /** The form; a text is sent as it is. Default: a request for a token. */
  readonly form?: Readonly<Record<string, string>> | string;
  readonly authorization?: string | undefined;
  readonly path?: string;
  readonly type?: string;
}

/** Posts a form. */
export function post(app: Express, sent: Sent = {}): Test {
  const {
    form = { grant_type: 'client_credentials' },
    path = '/oauth/token',
    type = 'application/x-www-form-urlencoded',
  } = sent;
  const body = typeof form === 'string' ? form : new URLSearchParams({ ...form }).toString();
  const test = request(app).post(path).set('Content-Type', type);
  const authorization = 'authorization' in sent ? sent.authorization : basic();
  return (authorization === undefined ? test : test.set('Authorization', authorization)).send(body);
}

/** The status, the error and the code of a response. */
export function refusalOf({ status, body }: Response): unknown[] {
  const { error, code } = body as Record<string, unknown>;
  return [status, error, code];
}

/** The token of a response. */
export async function issue(app: Express, form: Record<string, string> = {}): Promise<string> {
  const res = await post(app, { form: { grant_type: 'client_credentials', ...form } });
  const { access_token: token } = res.body as { access_token: string };
  return token;
}

/** An app whose `app.use` calls these before and after the auth. */
export function appWith(before: express.RequestHandler[], options = {}): Express {
  const app = express();
  before.forEach((each) => app.use(each));
  app.use(testAuth({ oauth: true, issuer: ISSUER, ...options }));
  return app;
}
