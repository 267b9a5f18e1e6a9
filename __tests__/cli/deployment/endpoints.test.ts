import { jwkOf, other } from '../../support/issuer';
import { json, wrongBehind, type Gateway } from '../../support/inspect';

test.each<[string, Gateway, string[]]>([
  [
    'fails for bodies',
    ({ method, path, headers }, respond) => {
      if (method !== 'POST' || path !== '/oauth/token' || !headers.has('content-type'))
        return respond();
      return json(500, {});
    },
    [
      'problem large body: POST /oauth/token with 15 kB, without credentials: 500',
      'problem large body: POST /oauth/token with 200 kB, without credentials: 500',
    ],
  ],
  [
    'does not pass the OAuth token endpoint',
    ({ path }, respond) =>
      path === '/oauth/token' ? Promise.reject(new TypeError('fetch failed')) : respond(),
    [
      'problem token_endpoint: POST /oauth/token without credentials: could not be reached (fetch failed)',
    ],
  ],
  [
    'serves the keys of another app',
    ({ path }, respond) =>
      path === '/.well-known/jwks.json'
        ? json(200, { keys: [jwkOf('2026-11', other.publicKey)] })
        : respond(),
    ['problem key set: the signature of the token: the signature is not valid'],
  ],
  [
    'accepts bodies of any size',
    ({ method, path }, respond) =>
      method === 'POST' && path === '/oauth/token' ? json(200, {}) : respond(),
    [
      'problem token_endpoint: POST /oauth/token without credentials: 200 instead of 400 or 401',
      'problem cache headers: POST /oauth/token without credentials: no Cache-Control',
    ],
  ],
  [
    'waits for large bodies',
    ({ method, headers, path }, respond) =>
      method === 'POST' && path === '/oauth/token' && headers.has('content-type')
        ? Promise.reject(new DOMException('late', 'TimeoutError'))
        : respond(),
    [
      'problem large body: POST /oauth/token with 15 kB, without credentials: did not respond within 5000 ms',
      'problem large body: POST /oauth/token with 200 kB, without credentials: did not respond within 5000 ms',
    ],
  ],
])(
  'the checks of the OAuth endpoints find a gateway that %s',
  async (_title, gateway, expected) => {
    expect(await wrongBehind(gateway)).toEqual(expected);
  },
);
