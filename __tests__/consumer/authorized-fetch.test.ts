import express, { type Express, type RequestHandler } from 'express';
import { getJwt, requireJwt, type JwtAuth } from 'express-client-jwt';
import { createAuthorizedFetch, createTokenSource } from 'express-client-jwt/consumer';

import { testAuth } from '../support/app';
import { SECRET } from '../support/clients';
import { listen } from '../support/raw-http';

/** A real API on 127.0.0.1 with a token route and guarded routes, and a consumer of it. */
async function startApi(more: (app: Express) => void = () => undefined) {
  const app = express();
  const paths: string[] = [];
  const count: RequestHandler = (req, _res, next) => {
    paths.push(req.path);
    next();
  };
  const auth = testAuth();
  app.use(count, auth);
  more(app);
  app.use(requireJwt(), express.text());
  app.all('/echo', (req, res) => {
    res.json({
      method: req.method,
      body: (req.body as unknown) ?? null,
      clientId: getJwt(req).clientId,
    });
  });
  const url = `http://127.0.0.1:${String(await listen(app))}`;
  let now = 0;
  const source = createTokenSource({
    ...{ url: `${url}/auth/jwt`, clientId: 'reports', clientSecret: SECRET },
    clock: () => now,
  });
  const api = createAuthorizedFetch(source, { origins: [url] });
  const wait = (ms: number) => (now += ms);
  return { url, paths, auth, source, api, wait };
}
const tokensOf = (paths: readonly string[]) => paths.filter((path) => path === '/auth/jwt').length;
/** Makes all tokens so far invalid. */
const replaceKeys = (auth: JwtAuth) => {
  auth.replaceKeys('Zq8LmV4nXc7bJhG2fDsA9pOiUyTrEwQ1k5MxNvBz3CtXw');
};

test('a hundred calls at once get one token, and each is answered', async () => {
  const { url, api, paths } = await startApi();
  const all = await Promise.all(Array.from({ length: 100 }, () => api(`${url}/echo`)));
  expect([all.every(({ status }) => status === 200), tokensOf(paths)]).toEqual([true, 1]);
});

describe('after a 401 with invalid_token', () => {
  test('the call is sent again with a new token, body included', async () => {
    const { url, api, paths, auth, wait } = await startApi();
    await api(`${url}/echo`);
    wait(2000);
    replaceKeys(auth);
    const init = { method: 'POST', body: 'hello', headers: { 'Content-Type': 'text/plain' } };
    const res = await api(`${url}/echo`, init);
    expect([res.status, await res.json()]).toEqual([
      200,
      { method: 'POST', body: 'hello', clientId: 'reports' },
    ]);
    expect(tokensOf(paths)).toBe(2);
  });

  test('many calls at once get one new token', async () => {
    const { url, api, paths, auth, wait } = await startApi();
    await api(`${url}/echo`);
    wait(2000);
    replaceKeys(auth);
    const all = await Promise.all(Array.from({ length: 50 }, () => api(`${url}/echo`)));
    expect([all.every(({ status }) => status === 200), tokensOf(paths)]).toEqual([true, 2]);
  });

  test.each<[string, (url: string) => [string | Request, RequestInit?]]>([
    [
      'a stream',
      (url) => [
        url,
        { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit,
      ],
    ],
    ['a Request with a body', (url) => [new Request(url, { method: 'POST', body: 'x' })]],
  ])('the body of %s cannot be sent again, so the 401 is returned', async (_title, argsFor) => {
    const { url, api, paths, auth, wait } = await startApi();
    await api(`${url}/echo`);
    wait(2000);
    replaceKeys(auth);
    const [input, init] = argsFor(`${url}/echo`);
    expect((await api(input, init)).status).toBe(401);
    // The token is replaced all the same.
    expect((await api(`${url}/echo`)).status).toBe(200);
    expect(paths.filter((path) => path === '/echo')).toHaveLength(3);
  });

  test('a second refusal is returned as it came', async () => {
    let calls = 0;
    const { url, api, wait, paths } = await startApi((app) => {
      app.get('/never', (_req, res) => {
        calls += 1;
        res.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').send(String(calls));
      });
    });
    await api(`${url}/echo`);
    wait(2000);
    const res = await api(`${url}/never`);
    expect([res.status, await res.text(), tokensOf(paths)]).toEqual([401, '2', 2]);
  });

  test('the first refusal is returned if there is no new token', async () => {
    let isDown = false;
    const { url, auth } = await startApi();
    const source = createTokenSource({
      ...{ url: `${url}/auth/jwt`, clientId: 'reports', clientSecret: SECRET },
      fetch: (input, init) => (isDown ? Promise.reject(new TypeError('down')) : fetch(input, init)),
      clock: () => (isDown ? 2000 : 0),
    });
    const mine = createAuthorizedFetch(source, { origins: [url] });
    await mine(`${url}/echo`);
    isDown = true;
    replaceKeys(auth);
    const res = await mine(`${url}/echo`);
    expect([res.status, ((await res.json()) as { code: string }).code]).toEqual([
      ...[401, 'ERR_TOKEN_SIGNATURE'],
    ]);
  });
});

test.each([
  ['a 401 without invalid_token', 401, 'Basic realm="x"'],
  ['a 401 without a challenge', 401, undefined],
  ['a 403 with insufficient_scope', 403, 'Bearer error="insufficient_scope"'],
  ['a 403 that says invalid_token', 403, 'Bearer error="invalid_token"'],
])('%s is returned, and no new token is requested', async (_title, status, challenge) => {
  const { url, api, paths, wait } = await startApi((app) => {
    app.get('/refused', (_req, res) => {
      if (challenge !== undefined) res.set('WWW-Authenticate', challenge);
      res.status(status).end();
    });
  });
  await api(`${url}/echo`);
  wait(2000);
  expect((await api(`${url}/refused`)).status).toBe(status);
  expect(tokensOf(paths)).toBe(1);
});

describe('the token goes to the named origins alone', () => {
  test('a call to another origin rejects and is not sent', async () => {
    const { api, source } = await startApi();
    const other = express();
    const seen = jest.fn();
    other.use((_req, res) => {
      seen();
      res.end();
    });
    const place = `http://127.0.0.1:${String(await listen(other))}`;
    await expect(api(`${place}/x`)).rejects.toThrow(
      `${place} gets no token. Add it to the option origins, if it should.`,
    );
    await expect(api(new Request(`${place}/x`))).rejects.toThrow('gets no token');
    expect(seen).not.toHaveBeenCalled();
    expect(() => createAuthorizedFetch(source, {} as never)).toThrow('origins must be a list');
  });

  test('a URL that changes while the token is fetched does not take it along', async () => {
    const other = express();
    const seen = jest.fn();
    other.use((_req, res) => {
      seen();
      res.end();
    });
    const port = await listen(other);
    const { url, api } = await startApi();
    const target = new URL(`${url}/echo`);
    const call = api(target);
    target.port = String(port);
    expect((await call).status).toBe(200);
    expect(seen).not.toHaveBeenCalled();
  });

  test('a Request of another copy of its class is checked by its URL', async () => {
    const { source } = await startApi();
    const send = jest.fn();
    const api = createAuthorizedFetch(source, {
      origins: ['https://api.example.com'],
      fetch: send,
    });
    const foreign = { url: 'https://evil.example.com/', headers: new Headers(), method: 'GET' };
    await expect(api(foreign as Request)).rejects.toThrow(
      'https://evil.example.com gets no token.',
    );
    expect(send).not.toHaveBeenCalled();
  });

  test('the refusal of another origin after a redirect changes nothing', async () => {
    const other = express();
    other.use((_req, res) => {
      res.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').end();
    });
    const place = `http://127.0.0.1:${String(await listen(other))}`;
    const { url, api, paths, wait } = await startApi((app) => {
      app.get('/away', (_req, res) => {
        res.redirect(place);
      });
    });
    await api(`${url}/echo`);
    wait(2000);
    expect([(await api(`${url}/away`)).status, tokensOf(paths)]).toEqual([401, 1]);
  });

  test('a redirect to another origin is followed without the token', async () => {
    const other = express();
    other.use((req, res) => void res.json({ authorization: req.headers.authorization ?? null }));
    const place = `http://127.0.0.1:${String(await listen(other))}`;
    const { url, api } = await startApi((app) => {
      app.get('/away', (_req, res) => {
        res.redirect(`${place}/x`);
      });
    });
    expect(await (await api(`${url}/away`)).json()).toEqual({ authorization: null });
  });

  test.each([[[]], ['https://api.example.com'], [['https://api.example.com/']], [['api']], [[7]]])(
    'origins: %j is a TypeError',
    async (origins) => {
      const { source } = await startApi();
      expect(() => createAuthorizedFetch(source, { origins: origins as never })).toThrow(
        'createAuthorizedFetch: origins must be a list of origins such as "https://api.example.com", without a path.',
      );
    },
  );
});

test('headers of the call and of a Request are kept, and Authorization is replaced', async () => {
  const { url, api } = await startApi((app) => {
    app.get(
      '/headers',
      (req, res) => void res.json([req.headers['x-a'], req.headers.authorization?.slice(0, 10)]),
    );
  });
  const headers = { 'X-A': 'yes', Authorization: 'Basic x' };
  const expected = ['yes', 'Bearer eyJ'];
  expect(await (await api(`${url}/headers`, { headers })).json()).toEqual(expected);
  expect(await (await api(new Request(`${url}/headers`, { headers }))).json()).toEqual(expected);
});

test('a caller that gives up does not wait for the token', async () => {
  const { url, api } = await startApi();
  const signal = AbortSignal.abort(new Error('tired'));
  await expect(api(`${url}/echo`, { signal })).rejects.toThrow('tired');
});
