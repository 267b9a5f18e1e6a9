/** `doctor --url` against real nginx configurations, each of them wrong in one way. */
import { useNginx, wrongIn, type WrongNginx } from '../support/behind-nginx';
import { SECRET } from '../support/clients';
import { describeWithServers } from '../support/servers';

const ORIGIN = 'https://app.example.com';
const ALL = '--client reports --route /reports';

describeWithServers('doctor --url behind nginx', () => {
  const { deploy, examine, expectFound, secrets } = useNginx();

  test('a right configuration has no problem, with credentials and without', async () => {
    await deploy({});
    for (const line of ['', ALL]) {
      const [exitCode, checks] = await examine(line);
      expect([exitCode, wrongIn(checks)]).toEqual([0, []]);
    }
  });

  test('at most 30 requests are sent, and wrong credentials once', async () => {
    await deploy({});
    await examine(`${ALL} --origin ${ORIGIN}`);
    expect(secrets().length).toBeGreaterThan(15);
    expect(secrets().length).toBeLessThanOrEqual(30);
    const sent = secrets().filter((secret) => secret !== undefined);
    expect(sent.filter((secret) => secret !== SECRET)).toHaveLength(1);
    expect(sent.filter((secret) => secret === SECRET)).toHaveLength(3);
  });

  test.each<WrongNginx>([
    [
      'removes the response header Authorization',
      ALL,
      { location: 'proxy_hide_header Authorization;' },
      ['token: GET /auth/jwt as reports: 200 without the header Authorization'],
      'nginx: remove proxy_hide_header Authorization, or set tokenInBody: true.',
    ],
    [
      'removes client-id',
      ALL,
      { location: 'proxy_set_header client-id "";' },
      ['token: GET /auth/jwt as reports: 400 ERR_CREDENTIALS_MALFORMED'],
      'nginx: remove the proxy_set_header lines that empty or rename client-id and client-secret, and proxy_pass_request_headers off.',
    ],
    [
      'renames client-id to client_id',
      '',
      { location: 'proxy_set_header client_id $http_client_id; proxy_set_header client-id "";' },
      [
        'credential headers: POST /auth/jwt as a client that does not exist: 400 ERR_CREDENTIALS_MALFORMED',
      ],
      'nginx: remove the proxy_set_header lines that empty or rename client-id and client-secret, and proxy_pass_request_headers off.',
    ],
    [
      'stores tokens',
      '--client reports',
      {
        location:
          'proxy_cache cache; proxy_cache_valid any 10m; proxy_ignore_headers Cache-Control Vary; add_header X-Cache-Status $upstream_cache_status;',
      },
      [
        'caching of tokens: GET /auth/jwt again: the same token',
        'caching of tokens: GET /auth/jwt again, with If-None-Match: 304',
        'token route: GET /auth/jwt without credentials: 200, as if for a client',
        expect.stringMatching(/^stored responses: .*x-cache-status$/),
      ],
      'nginx: set proxy_cache off; in this location, and remove proxy_ignore_headers Cache-Control.',
    ],
    [
      'responds to conditional requests with 304',
      ALL,
      { location: 'if ($http_if_none_match) { return 304; }' },
      ['caching of tokens: GET /auth/jwt again, with If-None-Match: 304'],
      'nginx: set proxy_cache off; in this location, and remove rules that return 304.',
    ],
    [
      'replaces Cache-Control',
      '',
      { location: 'proxy_hide_header Cache-Control; expires 1h;' },
      [
        'cache headers: GET /auth/jwt without credentials: no Cache-Control',
        'cache headers: POST /oauth/token without credentials: no Cache-Control',
      ],
      'nginx: remove expires, add_header Cache-Control, add_header ETag and proxy_hide_header Cache-Control from this location.',
    ],
    [
      'adds an ETag',
      '',
      { location: 'add_header ETag \'"x"\' always;' },
      ['cache headers: GET /auth/jwt without credentials: an ETag or Last-Modified'],
      'nginx: remove expires, add_header Cache-Control, add_header ETag and proxy_hide_header Cache-Control from this location.',
    ],
    [
      'removes the challenge',
      ALL,
      { location: 'proxy_hide_header WWW-Authenticate;' },
      ['challenge: GET /reports without a token: 401 without WWW-Authenticate'],
      'nginx: remove proxy_hide_header WWW-Authenticate.',
    ],
    [
      'adds another challenge',
      ALL,
      { location: 'add_header WWW-Authenticate \'Bearer realm="proxy"\' always;' },
      ['challenge: GET /reports without a token: the challenges Bearer, Bearer'],
      'nginx: remove add_header WWW-Authenticate and auth_basic from this location.',
    ],
    [
      'removes the request header Authorization',
      ALL,
      { location: 'proxy_set_header Authorization "";' },
      ['guarded route: GET /reports with the token: 401 ERR_TOKEN_MISSING'],
      'nginx: remove proxy_set_header Authorization "" and auth_basic from this location.',
    ],
    [
      'removes the request header Authorization, seen without credentials',
      '--route /reports',
      { location: 'proxy_set_header Authorization "";' },
      ['guarded route: GET /reports with a malformed token: 401 ERR_TOKEN_MISSING'],
      'nginx: remove proxy_set_header Authorization "" and auth_basic from this location.',
    ],
    [
      'has a login of its own',
      '',
      { location: 'auth_basic "internal"; auth_basic_user_file /dev/null;' },
      ['token route: GET /auth/jwt without credentials: 401'],
      'nginx: remove auth_basic, auth_request, allow, deny or limit_except from this location.',
    ],
    [
      'refuses HEAD',
      '',
      { location: 'if ($request_method = HEAD) { return 405; }' },
      ['HEAD: HEAD /auth/jwt: 405, but GET has 400'],
      'nginx: remove the rule on $request_method that excludes HEAD.',
    ],
    [
      'refuses OPTIONS',
      '',
      { location: 'limit_except GET POST { deny all; }' },
      ['OPTIONS: OPTIONS /auth/jwt: 403'],
      'nginx: allow OPTIONS where limit_except or if ($request_method) allows GET.',
    ],
    [
      'refuses small bodies',
      '',
      { location: 'client_max_body_size 1k;' },
      ['large body: POST /oauth/token with 15 kB, without credentials: 413'],
      'nginx: set client_max_body_size 16k; or more in this location.',
    ],
    [
      'limits requests without Retry-After',
      '',
      {
        http: 'limit_req_zone $uri zone=few:1m rate=1r/m;',
        server:
          'location = /auth/jwt { limit_req zone=few burst=2 nodelay; proxy_pass http://127.0.0.1:APP; }',
      },
      [
        'rate limit: POST /auth/jwt as a client that does not exist: 503, so no more requests were sent',
        'Retry-After: POST /auth/jwt as a client that does not exist: 503 without Retry-After',
      ],
      'nginx: set limit_req_status 429; and error_page 429 = @limited; and add Retry-After in that location alone.',
    ],
    [
      'replaces the bodies of errors',
      '',
      {
        server: 'error_page 400 401 403 /error.html; location = /error.html { return 400 "no"; }',
        location: 'proxy_intercept_errors on;',
      },
      ['token route: GET /auth/jwt without credentials: 400'],
      'nginx: set proxy_intercept_errors off; and no error_page for these statuses.',
    ],
    [
      'changes the path',
      '',
      { server: 'location /auth/ { proxy_pass http://127.0.0.1:APP/api/; }' },
      ['token route: GET /auth/jwt without credentials: 404'],
      'nginx: let the app get the path that it serves. In location /api/, "proxy_pass http://app;" keeps /api, and "proxy_pass http://app/;" removes it. Also check --url and --path.',
    ],
    [
      'redirects',
      '',
      { location: 'return 301 https://www.example.com$request_uri;' },
      ['token route: GET /auth/jwt without credentials: 301 to https://www.example.com/auth/jwt'],
      'Use the URL that it redirects to. A client that follows a redirect may send its secret elsewhere.',
    ],
    [
      'stores the responses of a guarded route',
      ALL,
      {
        server:
          'location = /reports { proxy_cache cache; proxy_cache_valid 200 10m; proxy_pass http://127.0.0.1:APP; }',
      },
      ['guarded route: GET /reports without a token: 200'],
      'nginx: guard the route with requireJwt(). If it is guarded, a cache responds: set proxy_cache off; in this location.',
    ],
    [
      'adds max-age to responses with 200',
      ALL,
      { location: 'expires 1h;' },
      ['cache headers: GET /auth/jwt as reports: max-age=3600'],
      'nginx: remove expires, add_header Cache-Control, add_header ETag and proxy_hide_header Cache-Control from this location.',
    ],
    [
      'stores refusals, without credentials',
      '',
      {
        location:
          'proxy_cache cache; proxy_cache_valid any 10m; proxy_ignore_headers Cache-Control Vary; add_header X-Cache TCP_$upstream_cache_status always;',
      },
      ['stored responses: HEAD /auth/jwt: x-cache'],
      'nginx: set proxy_cache off; in this location, and remove proxy_ignore_headers Cache-Control.',
    ],
    [
      'refuses long headers',
      ALL,
      { location: 'if ($http_authorization ~ "^.{200}") { return 400; }' },
      ['guarded route: GET /reports with the token: 400'],
      'nginx: if the app did not send this, set large_client_header_buffers 4 16k;',
    ],
  ])('finds an nginx that %s', expectFound);
});
