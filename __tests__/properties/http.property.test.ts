import fc from 'fast-check';

import { memoryRevocations } from 'express-client-jwt';

import { createHttpError } from '../../lib/http/challenge';
import { isB64token, parseBearer, parseCredentials } from '../../lib/http/request';
import { guardedApp, testAuth } from '../support/app';
import { SECRET } from '../support/clients';
import { mint } from '../support/mint';
import { listen, rawRequest, statusOf } from '../support/raw-http';

/** The bytes that a header value can have on the wire; Node rejects the others. */
const headerValue = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const verify = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) =>
  Promise.resolve(clientSecret === SECRET ? { clientId } : undefined);

function expectContractsAnswer(
  answer: string,
  statuses: readonly number[],
  sent: readonly string[],
): void {
  expect(statuses).toContain(statusOf(answer));
  expect(answer).not.toMatch(/\bat .*\.(js|ts):\d+/);
  const body = answer.slice(answer.indexOf('\r\n\r\n'));
  for (const value of sent.filter(({ length }) => length > 12)) expect(body).not.toContain(value);
}

test('any credential headers get a documented response, which does not echo them', async () => {
  const port = await listen(guardedApp(testAuth({ verifier: { verify } })));
  const id = fc.oneof(headerValue, fc.constantFrom('reports', '', ' ', '__proto__'));
  const secret = fc.oneof(headerValue, fc.constantFrom(SECRET, 'reports', '', ' ', '__proto__'));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'HEAD', 'PUT'),
      fc.array(id, { maxLength: 2 }),
      fc.array(secret, { maxLength: 2 }),
      async (method, ids, secrets) => {
        const lines = [
          ...ids.map((id) => `client-id: ${id}`),
          ...secrets.map((secret) => `client-secret: ${secret}`),
        ];
        const answer = await rawRequest(port, `${method} /auth/jwt HTTP/1.1`, lines);
        expectContractsAnswer(answer, [200, 400, 403, 405], [...ids, ...secrets]);
        expect(answer).toMatch(/^cache-control: no-store$/im);
        expect(/^authorization: bearer /im.test(answer)).toBe(statusOf(answer) === 200);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);

test('any Authorization header gets a documented response, and every refusal has a challenge', async () => {
  const port = await listen(
    guardedApp(testAuth({ verifier: { verify }, revocations: memoryRevocations() })),
  );
  const good = mint();
  const value = fc.oneof(
    headerValue,
    headerValue.map((text) => `Bearer ${text}`),
    headerValue.map((text) => `Bearer ${good}${text}`),
    fc.constant(`bearer ${good}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 2 }), async (values) => {
      const answer = await rawRequest(
        port,
        'GET /guarded/7 HTTP/1.1',
        values.map((each) => `Authorization: ${each}`),
      );
      expectContractsAnswer(answer, [200, 400, 401], values);
      if (statusOf(answer) !== 200)
        expect(answer).toMatch(/^www-authenticate: Bearer realm="api"/im);
      else expect(values.map((each) => each.replace(/^bearer +/i, '').trim())).toEqual([good]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('well-formed credentials are read as they were sent', () => {
  const visible = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 256,
  });
  fc.assert(
    fc.property(visible, visible, (clientId, clientSecret) => {
      expect(
        parseCredentials({ headers: { 'client-id': clientId, 'client-secret': clientSecret } }),
      ).toEqual({
        clientId,
        clientSecret,
      });
    }),
  );
});

test('a token is read as it was sent, and with appended characters it is not a b64token', () => {
  const b64token = fc.stringMatching(/^[A-Za-z0-9\-._~+/]+={0,2}$/);
  fc.assert(
    fc.property(b64token, fc.string({ minLength: 1 }), (token, more) => {
      const read = (authorization: string) =>
        parseBearer({ headers: { authorization }, rawHeaders: [] });
      expect(read(`Bearer ${token}`)).toEqual({ token });
      expect(isB64token(token)).toBe(true);
      expect(read(`Bearer ${token} ${more}`)).toEqual({ token: `${token} ${more}` });
      expect(isB64token(`${token} ${more}`)).toBe(false);
    }),
  );
});

test('a challenge can be parsed to the values that it was created from', () => {
  const realmText = fc.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  const scopeText = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  fc.assert(
    fc.property(realmText, fc.array(scopeText, { minLength: 1 }), (realm, scopes) => {
      const { headers } = createHttpError('ERR_INSUFFICIENT_SCOPE', { scopes }, { realm });
      const challenge = headers['WWW-Authenticate'] ?? '';
      const parameters: unknown = Object.fromEntries(
        [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      );
      const scope = scopes.join(' ');
      expect(parameters).toMatchObject({ realm, error: 'insufficient_scope', scope });
      expect(challenge.startsWith('Bearer ')).toBe(true);
    }),
  );
});
