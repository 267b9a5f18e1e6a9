import type { TokenSourceOptions } from 'express-client-jwt/consumer';

import { SECRET, sourceWith, URL_OF_ROUTE } from '../support/consumer';

describe('the request', () => {
  const sent = async (options: Partial<TokenSourceOptions>) => {
    const { source, state } = sourceWith(options);
    state.respond = () => Response.json({ access_token: 't', expires_in: 60 });
    expect(await source.getToken()).toBe('t');
    const [{ url, init } = { url: '', init: {} }] = state.requests;
    const headers = Object.fromEntries(new Headers(init.headers));
    return {
      url,
      method: init.method,
      redirect: init.redirect,
      headers,
      body: init.body instanceof URLSearchParams ? init.body.toString() : undefined,
    };
  };

  test('sends the two headers of the token route', async () => {
    expect(await sent({})).toEqual({
      ...{ url: URL_OF_ROUTE, method: 'POST', redirect: 'error', body: undefined },
      headers: { 'client-id': 'reports', 'client-secret': SECRET },
    });
  });

  test('sends HTTP Basic, form-encoded, with a scope', async () => {
    const credentials = { clientId: 'my client'.replace(' ', '/'), clientSecret: 'a+b%2Bc:d' };
    const { headers, body } = await sent({ ...credentials, style: 'basic', scope: 'a b' });
    const pair = Buffer.from('my%2Fclient:a%2Bb%252Bc%3Ad').toString('base64');
    expect([headers.authorization, body]).toEqual([
      `Basic ${pair}`,
      'grant_type=client_credentials&scope=a+b',
    ]);
  });

  test('sends the credentials in the body', async () => {
    const { headers, body } = await sent({ style: 'post' });
    expect([headers, body]).toEqual([
      {},
      `grant_type=client_credentials&client_id=reports&client_secret=${SECRET}`,
    ]);
  });
});

describe('the response', () => {
  test.each<[string, object, number]>([
    ['no expires_in', { access_token: 't' }, 60_000],
    ['a lifetime of zero', { access_token: 't', expires_in: 0 }, 60_000],
    ['a lifetime as text', { access_token: 't', expires_in: '7' }, 7000],
    ['a type in lower case', { access_token: 't', token_type: 'bearer', expires_in: 7 }, 7000],
  ])('with %s has a token', async (_title, body, lifetimeMs) => {
    const { source, state } = sourceWith();
    state.respond = () => Response.json(body);
    expect(await source.getToken()).toBe('t');
    state.now = lifetimeMs - 1;
    state.respond = () => Response.json({ error: 'x' }, { status: 500 });
    expect(await source.getToken()).toBe('t');
    state.now = lifetimeMs;
    await expect(source.getToken()).rejects.toMatchObject({ status: 500, code: 'x' });
  });

  test.each<[string, unknown]>([
    ['no token', { expires_in: 60 }],
    ['an empty token', { access_token: '' }],
    ['a token that is no text', { access_token: 7 }],
    ['a token of another type', { access_token: 't', token_type: 'DPoP' }],
    ['a list', ['t']],
  ])('with %s is refused', async (_title, body) => {
    const { source, state } = sourceWith();
    state.respond = () => Response.json(body);
    await expect(source.getToken()).rejects.toMatchObject({ code: 'ERR_RESPONSE', status: 200 });
  });
});

describe('an issuer', () => {
  const issuer = 'https://issuer.example.com/v1';
  const metadata = { issuer, token_endpoint: `${issuer}/oauth/token` };

  test('is discovered once, at the place that RFC 8414 names', async () => {
    const { source, state } = sourceWith({ url: undefined, issuer });
    state.respond = (count) =>
      count === 1 ? Response.json(metadata) : Response.json({ access_token: 't', expires_in: 9 });
    await source.getToken();
    state.now = 10_000;
    await source.getToken();
    expect(state.requests.map(({ url, init }) => `${String(init.method)} ${url}`)).toEqual([
      'GET https://issuer.example.com/.well-known/oauth-authorization-server/v1',
      'POST https://issuer.example.com/v1/oauth/token',
      'POST https://issuer.example.com/v1/oauth/token',
    ]);
  });

  test('is discovered again after a failure, because it may have moved its endpoint', async () => {
    const { source, state } = sourceWith({ url: undefined, issuer });
    let endpoint = `${issuer}/old`;
    state.respond = (count) => {
      const { url = '' } = state.requests[count - 1] ?? {};
      if (url.includes('.well-known')) return Response.json({ issuer, token_endpoint: endpoint });
      return url === `${issuer}/new`
        ? Response.json({ access_token: 't', expires_in: 9 })
        : new Response('', { status: 404 });
    };
    await expect(source.getToken()).rejects.toMatchObject({ status: 404 });
    endpoint = `${issuer}/new`;
    state.now = 5000;
    expect(await source.getToken()).toBe('t');
  });

  test('that refuses its metadata has not refused the credentials', async () => {
    const { source, state } = sourceWith({ url: undefined, issuer });
    state.respond = () => Response.json({}, { status: 403 });
    await expect(source.getToken()).rejects.toMatchObject({ status: 403, isFinal: false });
    state.now = 60_000;
    await source.getToken().catch(() => undefined);
    expect(state.requests).toHaveLength(2);
  });

  test.each([
    [
      'another issuer',
      { ...metadata, issuer: 'https://evil.example.com' },
      'names another issuer.',
    ],
    ['no token endpoint', { issuer }, 'has no https token_endpoint.'],
    [
      'plain http',
      { issuer, token_endpoint: 'http://x.example.com' },
      'has no https token_endpoint.',
    ],
  ])('whose metadata has %s gets no credentials', async (_title, document, message) => {
    const { source, state } = sourceWith({ url: undefined, issuer });
    state.respond = () => Response.json(document);
    await expect(source.getToken()).rejects.toThrow(message);
    expect(state.requests).toHaveLength(1);
    expect(JSON.stringify(state.requests)).not.toContain(SECRET);
  });
});

test.each<[string, Partial<TokenSourceOptions>, string]>([
  ['no place', { url: undefined }, 'give url or issuer, and not both.'],
  ['two places', { issuer: 'https://x.example.com' }, 'give url or issuer, and not both.'],
  [
    'plain http',
    { url: 'http://api.example.com/auth/jwt' },
    'url must be an https URL (http on localhost)',
  ],
  [
    'an issuer of plain http',
    { url: undefined, issuer: 'http://x.com' },
    'issuer must be an https URL',
  ],
  ['an unknown style', { style: 'x' as never }, 'style must be "headers", "basic" or "post".'],
  [
    'headers with issuer',
    { url: undefined, issuer: 'https://x.com', style: 'headers' },
    'needs url',
  ],
  ['a scope with headers', { scope: 'a' }, 'scope needs style "basic" or "post".'],
  ['an empty secret', { clientSecret: '' }, 'clientSecret must be visible ASCII characters.'],
  ['no id', { clientId: undefined as never }, 'clientId must be visible ASCII characters.'],
])('%s is a TypeError', (_title, options, message) => {
  expect(() => sourceWith(options)).toThrow(message);
});
