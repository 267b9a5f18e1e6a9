import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';

import { createKeySetLoader } from '../../lib/guarding/remote-issuer';
import { listen } from '../support/raw-http';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEYS = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a' }] };

/** A server with these documents by path; a function responds itself. */
async function serve(documents: Record<string, unknown>) {
  const paths: string[] = [];
  const listener: RequestListener = (req, res) => {
    paths.push(req.url ?? '');
    const document = documents[req.url ?? ''];
    if (typeof document === 'function') (document as RequestListener)(req, res);
    else if (document === undefined) res.writeHead(404).end('{}');
    else res.end(typeof document === 'string' ? document : JSON.stringify(document));
  };
  const url = `http://127.0.0.1:${String(await listen(listener))}`;
  return { url, paths, documents };
}
const loaderOf = (issuer: string, jwksUri?: string) =>
  createKeySetLoader({ issuer, jwksUri, fetch: undefined });

describe('the URL of the key set', () => {
  test('jwksUri is fetched, and the metadata is not', async () => {
    const { url, paths } = await serve({ '/keys?tenant=1': KEYS });
    expect(await loaderOf(url, `${url}/keys?tenant=1`)()).toEqual(KEYS.keys);
    expect(paths).toEqual(['/keys?tenant=1']);
  });

  test('without jwksUri, the metadata of RFC 8414 names it, each time', async () => {
    const server = await serve({ '/jwks': KEYS });
    const { url, paths, documents } = server;
    documents['/.well-known/oauth-authorization-server/v1'] = {
      issuer: `${url}/v1`,
      jwks_uri: `${url}/jwks`,
    };
    const load = loaderOf(`${url}/v1`);
    expect([await load(), await load()]).toEqual([KEYS.keys, KEYS.keys]);
    const both = ['/.well-known/oauth-authorization-server/v1', '/jwks'];
    expect(paths).toEqual([...both, ...both]);
  });

  test('without that, the metadata of OpenID Connect names it', async () => {
    const { url, documents } = await serve({ '/jwks': KEYS });
    documents['/tenant/.well-known/openid-configuration'] = {
      issuer: `${url}/tenant/`,
      jwks_uri: `${url}/jwks`,
    };
    expect(await loaderOf(`${url}/tenant/`)()).toEqual(KEYS.keys);
  });

  test('keys that have moved are fetched from their new place, and not from the old one', async () => {
    const { url, documents, paths } = await serve({ '/old': KEYS, '/new': KEYS });
    const path = '/.well-known/oauth-authorization-server';
    documents[path] = { issuer: url, jwks_uri: `${url}/old` };
    const load = loaderOf(url);
    await load();
    documents[path] = { issuer: url, jwks_uri: `${url}/new` };
    await load();
    expect(paths).toEqual([path, '/old', path, '/new']);
  });

  test('an https issuer cannot name a place on this machine', async () => {
    const issuer = 'https://issuer.example.com';
    const fetch = jest.fn(() =>
      Promise.resolve(Response.json({ issuer, jwks_uri: 'http://127.0.0.1:9200/_shutdown' })),
    );
    await expect(createKeySetLoader({ issuer, jwksUri: undefined, fetch })()).rejects.toThrow(
      'has no https jwks_uri.',
    );
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['another issuer', { issuer: 'https://evil.example.com' }, 'names another issuer:'],
    ['a slash more', 'slash', 'names another issuer:'],
    ['no jwks_uri', {}, 'has no https jwks_uri.'],
    ['plain http', { jwks_uri: 'http://example.com/jwks' }, 'has no https jwks_uri.'],
    ['a file', { jwks_uri: 'file:///etc/passwd' }, 'has no https jwks_uri.'],
    ['a jwks_uri that is no text', { jwks_uri: 7 }, 'has no https jwks_uri.'],
  ])('metadata with %s is refused', async (_title, changes, message) => {
    const { url, documents, paths } = await serve({});
    documents['/.well-known/oauth-authorization-server'] =
      changes === 'slash' ? { issuer: `${url}/` } : { issuer: url, ...(changes as object) };
    await expect(loaderOf(url)()).rejects.toThrow(`The metadata of ${url} ${message}`);
    expect(paths).toHaveLength(1);
  });
});

const statusOf =
  (status: number): RequestListener =>
  (_req, res) =>
    res.writeHead(status).end();

describe('a response that is refused', () => {
  const big = (bytes: number) => JSON.stringify({ ...KEYS, padding: 'x'.repeat(bytes) });
  const many = { keys: Array.from({ length: 101 }, () => KEYS.keys[0]) };
  test.each<[string, unknown, string | RegExp]>([
    ['a status of 500', statusOf(500), 'status 500'],
    ['a status of 204', statusOf(204), 'status 204'],
    ['no JSON', '<html>', /JSON/],
    ['a JSON list', '[]', 'did not respond with a JSON object.'],
    ['no keys', {}, 'is no key set with up to 100 keys.'],
    ['keys that are no list', { keys: {} }, 'is no key set with up to 100 keys.'],
    ['too many keys', many, 'is no key set with up to 100 keys.'],
    ['more than 1 MiB', big(1_048_576), 'responded with more than 1 MiB.'],
  ])('%s', async (_title, document, message) => {
    const { url } = await serve({ '/keys': document });
    await expect(loaderOf(url, `${url}/keys`)()).rejects.toThrow(message);
  });

  test('just under 1 MiB is accepted', async () => {
    const { url } = await serve({ '/keys': big(1_048_000) });
    expect(await loaderOf(url, `${url}/keys`)()).toHaveLength(1);
  });

  test('a body without end is left at 1 MiB', async () => {
    let written = 0;
    const endless: RequestListener = (_req, res) => {
      const chunk = Buffer.alloc(65_536, 32);
      const more = (): void => {
        while (!res.destroyed && written < 50_000_000) {
          written += chunk.length;
          if (!res.write(chunk)) return;
        }
      };
      res.on('drain', more);
      more();
    };
    const { url } = await serve({ '/keys': endless });
    await expect(loaderOf(url, `${url}/keys`)()).rejects.toThrow('more than 1 MiB');
    expect(written).toBeLessThan(20_000_000);
  });

  test('a redirect is not followed', async () => {
    const other = await serve({ '/keys': KEYS });
    const redirect: RequestListener = (_req, res) => {
      res.writeHead(302, { Location: `${other.url}/keys` }).end();
    };
    const { url } = await serve({ '/keys': redirect });
    await expect(loaderOf(url, `${url}/keys`)()).rejects.toThrow();
    expect(other.paths).toEqual([]);
  });

  test('messages do not show the query of a URL, which may hold a key', async () => {
    const { url } = await serve({});
    await expect(loaderOf(url, `${url}/keys?code=secret-code`)()).rejects.toThrow(
      `${url}/keys responded with the status 404.`,
    );
  });
});

test('a given fetch is used, with a time limit and without redirects', async () => {
  const given = jest.fn(() => Promise.resolve(new Response(JSON.stringify(KEYS))));
  const load = createKeySetLoader({
    issuer: 'https://issuer.example.com',
    jwksUri: 'https://issuer.example.com/keys',
    fetch: given,
  });
  expect(await load()).toEqual(KEYS.keys);
  expect(given).toHaveBeenCalledWith('https://issuer.example.com/keys', {
    headers: { Accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: expect.any(AbortSignal) as AbortSignal,
  });
});
