import { SECRET } from '../../support/clients';
import { withHeaders, wrongBehind, type Gateway } from '../../support/inspect';

test.each<[string, Gateway, string[]]>([
  [
    'does not respond to conditional requests',
    ({ headers }, respond) =>
      headers.has('if-none-match') ? Promise.reject(new TypeError('fetch failed')) : respond(),
    [
      'problem caching of tokens: GET /auth/jwt again, with If-None-Match: could not be reached (fetch failed)',
    ],
  ],
  [
    'refuses conditional requests',
    ({ headers }, respond) =>
      headers.has('if-none-match') ? new Response('[]', { status: 412 }) : respond(),
    ['problem caching of tokens: GET /auth/jwt again, with If-None-Match: 412'],
  ],
  [
    'sends stored responses',
    (_call, respond) => withHeaders(respond, { age: '12' }),
    ['problem stored responses: GET /auth/jwt as reports: age'],
  ],
  [
    'stores tokens',
    ((): Gateway => {
      let stored: Response | undefined;
      return async ({ method, path }, respond) => {
        if (method !== 'GET' || path !== '/auth/jwt') return respond();
        stored ??= await respond();
        return stored.clone();
      };
    })(),
    [
      'problem caching of tokens: GET /auth/jwt again: the same token',
      'problem caching of tokens: GET /auth/jwt again, with If-None-Match: the same token',
      'problem token route: GET /auth/jwt without credentials: 200, as if for a client',
    ],
  ],
  [
    'responds to conditional requests itself',
    ({ headers }, respond) =>
      headers.has('if-none-match') ? new Response(null, { status: 304 }) : respond(),
    ['problem caching of tokens: GET /auth/jwt again, with If-None-Match: 304'],
  ],
  [
    'replaces Cache-Control',
    ({ path }, respond) =>
      path === '/auth/jwt' ? withHeaders(respond, { 'cache-control': 'max-age=60' }) : respond(),
    [
      'problem cache headers: GET /auth/jwt as reports: max-age=60',
      'problem cache headers: GET /auth/jwt without credentials: max-age=60',
    ],
  ],
  [
    'adds an ETag',
    (_call, respond) => withHeaders(respond, { etag: '"x"' }),
    [
      'problem cache headers: GET /auth/jwt as reports: an ETag or Last-Modified',
      'problem cache headers: GET /auth/jwt without credentials: an ETag or Last-Modified',
      'problem cache headers: POST /oauth/token without credentials: an ETag or Last-Modified',
    ],
  ],
  [
    'adds max-age to the response with the token alone',
    async (_call, respond) => {
      const response = await respond();
      const isToken = response.headers.has('authorization');
      return isToken
        ? withHeaders(() => Promise.resolve(response), {
            'cache-control': 'no-store, max-age=3600',
          })
        : response;
    },
    ['problem cache headers: GET /auth/jwt as reports: no-store, max-age=3600'],
  ],
  [
    'shows the token in a header',
    async (_call, respond) => {
      const response = await respond();
      const token = response.headers.get('authorization');
      return token === null
        ? response
        : withHeaders(() => Promise.resolve(response), { 'cache-control': token });
    },
    ['problem cache headers: GET /auth/jwt as reports: Bearer (token)'],
  ],
  [
    'sends a long header',
    ({ path, headers }, respond) =>
      path === '/auth/jwt' && !headers.has('client-id')
        ? withHeaders(respond, { 'cache-control': 'x'.repeat(1000) })
        : respond(),
    [`problem cache headers: GET /auth/jwt without credentials: ${'x'.repeat(300)}…`],
  ],
  [
    'shows the secret in a header',
    ({ method }, respond) =>
      method === 'HEAD' ? respond() : withHeaders(respond, { 'cache-control': SECRET }),
    [
      'problem cache headers: GET /auth/jwt as reports: (secret)',
      'problem cache headers: GET /auth/jwt without credentials: (secret)',
      'problem cache headers: POST /oauth/token without credentials: (secret)',
    ],
  ],
  ...['TCP_HIT', 'STALE', 'nginx; hit', 'Hit from cloudfront'].map(
    (cache): [string, Gateway, string[]] => [
      `stores responses and says ${cache}`,
      (_call, respond) => withHeaders(respond, { 'x-cache': cache }),
      ['problem stored responses: GET /auth/jwt as reports: x-cache'],
    ],
  ),
])('the checks of caches find a gateway that %s', async (_title, gateway, expected) => {
  expect(await wrongBehind(gateway)).toEqual(expected);
});
