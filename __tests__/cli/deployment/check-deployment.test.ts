import { json, wrongBehind, type Gateway } from '../../support/inspect';

/** A body that never ends. */
const endless = () =>
  new ReadableStream({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });

test('an app without a gateway has no problem', async () => {
  expect(await wrongBehind((_call, respond) => respond())).toEqual([]);
});

test.each<[string, Gateway, string[]]>([
  [
    'removes the response header Authorization',
    async (_call, respond) => {
      const response = await respond();
      const headers = new Headers(response.headers);
      headers.delete('authorization');
      return new Response(response.body, { status: response.status, headers });
    },
    ['problem token: GET /auth/jwt as reports: 200 without the header Authorization'],
  ],
  [
    'gives every caller a token',
    ({ method, path }, respond) =>
      method === 'POST' && path === '/auth/jwt' ? json(200, { token_type: 'Bearer' }) : respond(),
    ['problem credential headers: POST /auth/jwt as a client that does not exist: 200'],
  ],
  [
    'does not respond to strangers',
    ({ method, path, headers }, respond) =>
      method === 'POST' && path === '/auth/jwt' && headers.has('client-id')
        ? Promise.reject(new TypeError('fetch failed'))
        : respond(),
    [
      'problem credential headers: POST /auth/jwt as a client that does not exist: could not be reached (fetch failed)',
    ],
  ],
  [
    'is not there',
    () => Promise.reject(new TypeError('fetch failed')),
    [
      'problem token: GET /auth/jwt as reports: could not be reached (fetch failed)',
      'problem token route: GET /auth/jwt without credentials: could not be reached (fetch failed)',
    ],
  ],
  [
    'refuses HEAD',
    ({ method }, respond) => (method === 'HEAD' ? json(405, {}) : respond()),
    [
      'problem HEAD: HEAD /auth/jwt: 405, but GET has 400',
      'problem HEAD: HEAD /reports without a token: 405, but GET has 401',
    ],
  ],
  [
    'responds with endless pages',
    ({ path }, respond) =>
      path === '/reports' ? new Response(endless(), { status: 404 }) : respond(),
    [
      'problem guarded route: GET /reports with the token: 404',
      'problem guarded route: GET /reports without a token: 404',
    ],
  ],
  [
    'renames the response header Authorization',
    async ({ path }, respond) => {
      const response = await respond();
      const token = response.headers.get('authorization');
      if (path !== '/auth/jwt' || token === null) return response;
      return json(200, {}, { 'x-amzn-remapped-authorization': token, 'x-amz-apigw-id': 'a' });
    },
    [
      'problem token: GET /auth/jwt as reports: 200 with the token in x-amzn-remapped-authorization',
      'problem cache headers: GET /auth/jwt as reports: no Cache-Control',
      'problem header names: GET /auth/jwt as reports: x-amzn-remapped-authorization',
    ],
  ],
  [
    'refuses the client',
    ({ path, headers }, respond) =>
      path === '/auth/jwt' && headers.has('client-secret')
        ? json(403, { code: 'ERR_INVALID_CLIENT' })
        : respond(),
    ['problem token: GET /auth/jwt as reports: 403 ERR_INVALID_CLIENT'],
  ],
  [
    'fails while it issues a token',
    ({ path, headers }, respond) =>
      path === '/auth/jwt' && headers.has('client-secret')
        ? json(500, { code: 'ERR_SERVER' })
        : respond(),
    ['problem token: GET /auth/jwt as reports: 500 ERR_SERVER'],
  ],
  [
    'accepts all credentials',
    ({ method, path }, respond) =>
      method === 'POST' && path === '/auth/jwt' ? json(200, {}) : respond(),
    ['problem credential headers: POST /auth/jwt as a client that does not exist: 200'],
  ],
  [
    'throttles',
    ({ method, path, headers }, respond) =>
      method === 'POST' && path === '/auth/jwt' && headers.has('client-id')
        ? json(429, { code: 'ERR_THROTTLED' }, { 'retry-after': '60' })
        : respond(),
    [
      'skipped credential headers: not checked: POST /auth/jwt as a client that does not exist got 429 ERR_THROTTLED. Try again later.',
    ],
  ],
  [
    'refuses unknown callers itself',
    ({ method, path }, respond) =>
      method === 'POST' && path === '/auth/jwt' ? json(403, {}) : respond(),
    ['problem credential headers: POST /auth/jwt as a client that does not exist: 403'],
  ],
  [
    'fails for the second token',
    ({ path, headers }, respond) =>
      path === '/auth/jwt' && headers.has('if-none-match') ? json(503, {}) : respond(),
    [
      'problem rate limit: GET /auth/jwt again, with If-None-Match: 503, so no more requests were sent',
      'problem Retry-After: GET /auth/jwt again, with If-None-Match: 503 without Retry-After',
    ],
  ],
  [
    'does not respond to HEAD',
    ({ method }, respond) =>
      method === 'HEAD' ? Promise.reject(new TypeError('fetch failed')) : respond(),
    [
      'problem HEAD: HEAD /auth/jwt: could not be reached (fetch failed)',
      'problem HEAD: HEAD /reports without a token: could not be reached (fetch failed)',
    ],
  ],
  [
    'does not respond to OPTIONS',
    ({ method }, respond) =>
      method === 'OPTIONS' ? Promise.reject(new TypeError('fetch failed')) : respond(),
    ['warning OPTIONS: OPTIONS /auth/jwt: could not be reached (fetch failed)'],
  ],
  [
    'does not respond to callers with credentials',
    ({ headers }, respond) =>
      headers.has('client-id') ? Promise.reject(new TypeError('fetch failed')) : respond(),
    ['problem token: GET /auth/jwt as reports: could not be reached (fetch failed)'],
  ],
  [
    'does not find its app',
    ({ path }, respond) => (path === '/auth/jwt' ? json(502, {}) : respond()),
    [
      'problem token: GET /auth/jwt as reports: 502',
      'problem token route: GET /auth/jwt without credentials: 502',
    ],
  ],
  [
    'redirects',
    ({ path }, respond) =>
      path === '/auth/jwt'
        ? new Response(null, {
            status: 308,
            headers: { location: '//[', date: new Date().toUTCString() },
          })
        : respond(),
    [
      'problem token: GET /auth/jwt as reports: 308',
      'problem token route: GET /auth/jwt without credentials: 308 to an invalid URL',
    ],
  ],
  [
    'says 200 for a refusal',
    async ({ path }, respond) => {
      const response = await respond();
      return path === '/auth/jwt' && response.status === 403
        ? json(200, (await response.json()) as object)
        : response;
    },
    [
      'problem credential headers: POST /auth/jwt as a client that does not exist: 200 ERR_INVALID_CLIENT',
    ],
  ],
])('the checks find a gateway that %s', async (_title, gateway, expected) => {
  expect(await wrongBehind(gateway)).toEqual(expected);
});

test('refused credentials are not followed by other wrong ones', async () => {
  const secrets: (string | null)[] = [];
  await wrongBehind(
    ({ headers }, respond) => {
      secrets.push(headers.get('client-secret'));
      return respond();
    },
    { credentials: { clientId: 'reports', clientSecret: 'wrong' } },
  );
  expect(secrets.filter((secret) => secret !== null)).toEqual(['wrong']);
});

test('credentials that a gateway refused are not followed by other wrong ones', async () => {
  const secrets: (string | null)[] = [];
  await wrongBehind(
    ({ headers }, respond) => {
      secrets.push(headers.get('client-secret'));
      return headers.has('client-secret') ? json(403, {}) : respond();
    },
    { credentials: { clientId: 'reports', clientSecret: 'wrong' } },
  );
  expect(secrets.filter((secret) => secret !== null)).toEqual(['wrong']);
});

test('no request follows a 429 of the gateway', async () => {
  const asked: string[] = [];
  const found = await wrongBehind(({ method, path }) => {
    asked.push(`${method} ${path}`);
    return json(429, {}, { 'retry-after': '60' });
  });
  expect(asked).toEqual(['GET /auth/jwt']);
  expect(found).toEqual([
    'problem rate limit: GET /auth/jwt as reports: 429, so no more requests were sent',
  ]);
});

test('an app that only guards has no token route to check', async () => {
  const found = await wrongBehind(
    ({ path }, respond) => (path === '/auth/jwt' ? json(404, {}) : respond()),
    { credentials: undefined },
  );
  expect(found).toContain(
    'skipped token route: not checked: GET /auth/jwt without credentials got 404, so this app issues no tokens there.',
  );
});
