import { inspect, json, wrongBehind, type Gateway } from '../../support/inspect';

const challengeIn = (headers: Headers) => ({
  'www-authenticate': headers.get('www-authenticate') ?? '',
});

test.each<[string, Gateway, string[]]>([
  [
    'removes the request header Authorization',
    ({ path, url }, respond) => (path === '/reports' ? fetch(url) : respond()),
    ['problem guarded route: GET /reports with the token: 401 ERR_TOKEN_MISSING'],
  ],
  [
    'sends the guarded route to an app with other keys',
    ({ path, headers }, respond) =>
      path === '/reports' && headers.has('authorization')
        ? json(401, { code: 'ERR_TOKEN_SIGNATURE' })
        : respond(),
    ['problem guarded route: GET /reports with the token: 401 ERR_TOKEN_SIGNATURE'],
  ],
  ...[400, 403, 431].map((status): [string, Gateway, string[]] => [
    `responds to long headers with ${String(status)}`,
    ({ path, headers }, respond) =>
      path === '/reports' && (headers.get('authorization')?.length ?? 0) > 100
        ? json(status, {})
        : respond(),
    [`warning guarded route: GET /reports with the token: ${String(status)}`],
  ]),
  [
    'does not pass a guarded route to the app',
    ({ path }, respond) => (path === '/reports' ? json(404, {}) : respond()),
    [
      'problem guarded route: GET /reports with the token: 404',
      'problem guarded route: GET /reports without a token: 404',
    ],
  ],
  [
    'responds to every request for a guarded route',
    ({ path }, respond) => (path === '/reports' ? json(200, {}) : respond()),
    ['problem guarded route: GET /reports without a token: 200'],
  ],
  [
    'replaces the body of a 401',
    async ({ path }, respond) => {
      const response = await respond();
      const { status, headers } = response;
      return path === '/reports' && status === 401
        ? new Response('<h1>401</h1>', { status, headers: challengeIn(headers) })
        : response;
    },
    ['warning guarded route: GET /reports without a token: 401 without the body of the app'],
  ],
  [
    'redirects a guarded route to a login page',
    ({ path }, respond) =>
      path === '/reports' ? Response.redirect('https://login.example.com/?next=a') : respond(),
    [
      'problem guarded route: GET /reports with the token: 302',
      'problem guarded route: GET /reports without a token: 302 to https://login.example.com/',
    ],
  ],
  [
    'fails behind a guarded route',
    ({ path }, respond) => (path === '/reports' ? json(502, {}) : respond()),
    [
      'problem guarded route: GET /reports with the token: 502',
      'problem guarded route: GET /reports without a token: 502',
    ],
  ],
  [
    'requires its own login for a guarded route',
    ({ path }, respond) =>
      path === '/reports' ? json(401, {}, { 'www-authenticate': 'Basic realm="a, b"' }) : respond(),
    [
      'problem guarded route: GET /reports with the token: 401',
      'warning guarded route: GET /reports without a token: 401 without the body of the app',
      'problem challenge: GET /reports without a token: the challenges Basic',
    ],
  ],
  [
    'has another status for HEAD',
    ({ method, path }, respond) =>
      method === 'HEAD' && path === '/reports' ? new Response(null, { status: 200 }) : respond(),
    ['problem HEAD: HEAD /reports without a token: 200, but GET has 401'],
  ],
  [
    'does not respond for a guarded route',
    ({ path }, respond) =>
      path === '/reports' ? Promise.reject(new TypeError('fetch failed')) : respond(),
    [
      'problem guarded route: GET /reports with the token: could not be reached (fetch failed)',
      'problem guarded route: GET /reports without a token: could not be reached (fetch failed)',
    ],
  ],
  [
    'removes the challenge',
    async ({ path }, respond) => {
      const response = await respond();
      const headers = new Headers(response.headers);
      if (path !== '/reports') return response;
      headers.delete('www-authenticate');
      return new Response(response.body, { status: response.status, headers });
    },
    ['problem challenge: GET /reports without a token: 401 without WWW-Authenticate'],
  ],
])('the checks of a guarded route find a gateway that %s', async (_title, gateway, expected) => {
  expect(await wrongBehind(gateway)).toEqual(expected);
});

/** A route whose app sends no codes, as with errors: 'next'. */
const withoutCodes =
  (challenges: { token: string; none: string }): Gateway =>
  ({ path, headers }, respond) => {
    if (path !== '/reports') return respond();
    const challenge = headers.has('authorization') ? challenges.token : challenges.none;
    return json(401, {}, { 'www-authenticate': challenge });
  };

test.each([
  ['Bearer realm="api", error="invalid_token"', 'ok guarded route'],
  ['Bearer realm="api"', 'problem guarded route'],
])('a malformed token that gets the challenge %s is %s', async (token, expected) => {
  const gateway = withoutCodes({ token, none: 'Bearer realm="api"' });
  const lines = await inspect(gateway, { credentials: undefined });
  expect(lines).toContain(`${expected}: GET /reports with a malformed token: 401`);
});
