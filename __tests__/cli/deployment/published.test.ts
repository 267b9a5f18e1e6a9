import { generateKeyPairSync } from 'node:crypto';

import type { RequestHandler } from 'express';

import { cli } from '../../support/cli';
import { ec, jwkOf, other, startIssuer } from '../../support/issuer';

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });

/** What the doctor finds at a URL. */
async function findingsAt(url: string): Promise<string[]> {
  const { stdout } = await cli(`doctor --url ${url} --json`, { nowMs: () => Date.now() });
  const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
  return findings.map(
    ({ level, about, finding }) => `${String(level)} ${String(about)} ${String(finding)}`,
  );
}

const cached: RequestHandler = (_req, res) => void res.status(200).json({});
test.each<[string, Record<string, RequestHandler | object>, string[]]>([
  [
    'stores tokens',
    { '/oauth/token': cached },
    [
      'problem token_endpoint POST /oauth/token without credentials: 200 instead of 400 or 401. Let the gateway pass on the responses of the app, with their status, headers and body.',
      'problem cache headers POST /oauth/token without credentials: no Cache-Control. Let the gateway pass Cache-Control: no-store, and add no ETag to this path.',
    ],
  ],
  [
    'publishes a private key',
    { '/.well-known/jwks.json': { keys: [jwkOf('a', ec.privateKey)] } },
    [
      'problem key a GET /.well-known/jwks.json: a private key or a secret. Replace the key now: everybody can read it, and sign tokens.',
    ],
  ],
  [
    'publishes a secret',
    { '/.well-known/jwks.json': { keys: [{ kty: 'oct', k: 'x', kid: 's' }] } },
    [
      'problem key s GET /.well-known/jwks.json: a private key or a secret. Replace the key now: everybody can read it, and sign tokens.',
    ],
  ],
  [
    'publishes a weak key',
    { '/.well-known/jwks.json': { keys: [jwkOf('w', weak.publicKey)] } },
    [
      'problem key w GET /.well-known/jwks.json: a weak, malformed or unsupported key. Create another key with: npx express-client-jwt key generate ES256',
    ],
  ],
  [
    'repeats a kid',
    { '/.well-known/jwks.json': { keys: [jwkOf('a'), jwkOf('a', other.publicKey)] } },
    [
      'problem jwks_uri GET /.well-known/jwks.json: two keys a. Give each key a kid of its own, so that keys can be rotated without refusals.',
    ],
  ],
  [
    'gives no kid',
    { '/.well-known/jwks.json': { keys: [jwkOf(undefined)] } },
    [
      'warning key 0 GET /.well-known/jwks.json: no kid. Give each key a kid of its own, so that keys can be rotated without refusals.',
    ],
  ],
  [
    'publishes no keys',
    { '/.well-known/jwks.json': { keys: [] } },
    [
      'problem jwks_uri GET /.well-known/jwks.json: no keys. Publish the public keys of the app with jwks: true, and let nothing else serve this path.',
    ],
  ],
  [
    'publishes more keys than anybody needs',
    { '/.well-known/jwks.json': { keys: Array.from({ length: 101 }, () => ({})) } },
    [
      'problem jwks_uri GET /.well-known/jwks.json: more than 100 keys. Publish the public keys of the app with jwks: true, and let nothing else serve this path.',
    ],
  ],
  [
    'publishes no key set',
    { '/.well-known/jwks.json': (_req, res) => void res.sendStatus(404) },
    [
      'problem jwks_uri GET /.well-known/jwks.json: responded with the status 404. Publish the public keys of the app with jwks: true, and let nothing else serve this path.',
    ],
  ],
])('the doctor finds an issuer that %s', async (_title, before, expected) => {
  const { url } = await startIssuer(before);
  const findings = await findingsAt(url);
  expect(findings.map((each) => each.replaceAll(url, 'URL'))).toEqual(expected);
});

test('a server that the metadata names elsewhere gets no request', async () => {
  const asked = jest.fn();
  const internal = await startIssuer({
    '/': (_req, res) => {
      asked();
      res.sendStatus(404);
    },
  });
  const named = {
    token_endpoint: `${internal.url}/shutdown`,
    jwks_uri: `${internal.url}/keys`,
  };
  const { url } = await startIssuer({
    '/.well-known/oauth-authorization-server': (req, res) => {
      res.json({ issuer: `http://${String(req.headers.host)}`, ...named });
    },
  });
  expect(await findingsAt(url)).toHaveLength(2);
  expect(asked).not.toHaveBeenCalled();
});

test.each(['', '/'])('the issuer may end with a slash if --url ends with "%s"', async (end) => {
  const { url } = await startIssuer({
    '/.well-known/oauth-authorization-server': (req, res) => {
      const base = `http://${String(req.headers.host)}`;
      res.json({ issuer: `${base}/`, token_endpoint: `${base}/oauth/token` });
    },
  });
  expect(await findingsAt(url + end)).toEqual([expect.stringContaining('no jwks_uri')]);
});

test('an issuer without metadata has none to check', async () => {
  const { url } = await startIssuer({
    '/.well-known': (_req, res) => void res.status(404).end(),
  });
  expect(await findingsAt(url)).toEqual([]);
});

describe('the doctor looks at what the metadata names', () => {
  /** The findings if the metadata has these members. */
  const withMetadata = async (members: Record<string, unknown>) => {
    const started = await startIssuer({
      '/.well-known/oauth-authorization-server': (_req, res) => {
        res.json({ issuer: url(), token_endpoint: `${url()}/oauth/token`, ...members });
      },
    });
    const url = () => started.url;
    return findingsAt(started.url);
  };
  const OTHER_HOST =
    'Check that issuer is the URL that clients use. The doctor only asks the host of --url.';
  const NO_KEY_SET =
    'warning jwks_uri the metadata: no jwks_uri. Set jwks: true, so that others can verify tokens.';

  test.each([
    [{ jwks_uri: undefined }, [NO_KEY_SET]],
    [
      { jwks_uri: 'ftp://x.example.com' },
      ['problem jwks_uri the metadata: no https URL. Set issuer to an https URL.'],
    ],
    [
      { jwks_uri: 'http://127.0.0.1:9/keys' },
      [`warning jwks_uri the metadata: http://127.0.0.1:9, which was not asked. ${OTHER_HOST}`],
    ],
    [
      { token_endpoint: 7, jwks_uri: undefined },
      [
        'problem token_endpoint the metadata: no https URL. Set issuer to an https URL.',
        NO_KEY_SET,
      ],
    ],
    [
      { token_endpoint: 'http://127.0.0.1:9/token', jwks_uri: undefined },
      [
        `warning token_endpoint the metadata: http://127.0.0.1:9, which was not asked. ${OTHER_HOST}`,
        NO_KEY_SET,
      ],
    ],
    [
      { issuer: 7 },
      [expect.stringContaining('names another issuer: none. Set issuer to the URL that clients')],
    ],
  ])('%j', async (members, expected) => {
    expect(await withMetadata(members)).toEqual(expected);
  });

  test('a token endpoint at another host is a warning', async () => {
    const elsewhere = await startIssuer();
    const members = { token_endpoint: `${elsewhere.url}/oauth/token`, jwks_uri: undefined };
    expect(await withMetadata(members)).toEqual([
      `warning token_endpoint the metadata: ${elsewhere.url}, which was not asked. ${OTHER_HOST}`,
      NO_KEY_SET,
    ]);
  });
});
