import { generateKeyPairSync } from 'node:crypto';

import express, { type RequestHandler } from 'express';

import { testAuth } from '../support/app';
import { cli, json, ok, STRONG, write } from '../support/cli';
import { reports } from '../support/clients';
import { KEY, mint } from '../support/mint';
import { issue } from '../support/oauth';
import { listen } from '../support/raw-http';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const jwkOf = (kid: string | undefined, key = ec.publicKey) => ({
  ...key.export({ format: 'jwk' }),
  ...(kid !== undefined && { kid }),
});

/** A running issuer. What `before` serves goes before it. */
async function startIssuer(before: Record<string, RequestHandler | object> = {}) {
  const app = express();
  for (const [at, handler] of Object.entries(before))
    app.use(
      at,
      typeof handler === 'function'
        ? (handler as RequestHandler)
        : (_req, res) => void res.json(handler),
    );
  const url = `http://127.0.0.1:${String(await listen(app))}`;
  const keys = { key: ec.privateKey, kid: '2026-11' };
  app.use(testAuth({ keys, issuer: url, oauth: true, jwks: true }));
  return { app, url, jwks: `${url}/.well-known/jwks.json` };
}

describe('token inspect --jwks', () => {
  test('says that a token is verified, and by which key', async () => {
    const { app, jwks } = await startIssuer();
    const stdin = await issue(app);
    expect(await ok(`token inspect --jwks ${jwks}`, { stdin })).toMatch(
      /^VERIFIED by the key 2026-11 \(ES256\)\. Its times were not checked\.\n/,
    );
    expect(await json(`token inspect --jwks ${jwks}`, { stdin })).toMatchObject({
      ...{ verified: true, key: { kid: '2026-11', alg: 'ES256' } },
    });
  });

  test.each([
    [
      'another key',
      mint({}, { alg: 'ES256', kid: '2026-11' }, other.privateKey),
      'the signature is not valid.',
    ],
    [
      'an unknown kid',
      mint({}, { alg: 'ES256', kid: 'x' }, ec.privateKey),
      'the key set has no key for its kid and alg.',
    ],
    [
      'crit',
      mint({}, { alg: 'ES256', kid: '2026-11', crit: ['x'] }, ec.privateKey),
      'it requires an extension that is not supported (crit or b64).',
    ],
    ['an HMAC', mint({}, { kid: '2026-11' }), 'the key set has no key for its kid and alg.'],
    ['no alg', mint({}, { alg: undefined }), 'the key set has no key for its kid and alg.'],
  ])('a token with %s is not verified, and the exit code is 1', async (_title, stdin, why) => {
    const { jwks } = await startIssuer();
    const { stdout, exitCode } = await cli(`token inspect --jwks ${jwks}`, { stdin });
    expect([exitCode, stdout.split('\n')[0]]).toEqual([1, `NOT VERIFIED: ${why}`]);
  });

  test('a key set that cannot be fetched is an error', async () => {
    const { url } = await startIssuer();
    const { stderr, exitCode } = await cli(`token inspect --jwks ${url}/none`, { stdin: mint() });
    expect([exitCode, stderr]).toEqual([
      1,
      `express-client-jwt: ${url}/none responded with the status 404.\n`,
    ]);
  });

  test('a URL that is not https is refused', async () => {
    const { stderr, exitCode } = await cli('token inspect --jwks http://example.com', {
      stdin: mint(),
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--jwks must be an https URL')]);
  });
});

describe('doctor --url', () => {
  const findings = async (url: string, more = '') => {
    const { stdout, exitCode } = await cli(`doctor --url ${url} --json${more}`);
    const report = JSON.parse(stdout) as { findings: Record<string, string>[] };
    return [
      exitCode,
      ...report.findings.map(
        ({ level, about, finding }) => `${String(level)} ${String(about)} ${String(finding)}`,
      ),
    ];
  };

  test('finds no problem in a running issuer, and needs no clients', async () => {
    const { url } = await startIssuer();
    expect(await findings(url)).toEqual([0]);
  });

  test('checks the clients too if they are named', async () => {
    write(reports({ secrets: [{ hash: STRONG, label: 'a' }] }));
    const { url } = await startIssuer();
    expect(await ok(`doctor --url ${url} --file FILE`, { env: { JWT_SECRET: KEY } })).toBe(
      `Checked the metadata, the token endpoint and the keys of ${url}. 1 client, 0 problems, 0 warnings.\n`,
    );
  });

  test('sends no credentials and at most four requests', async () => {
    const requests: string[] = [];
    const { url } = await startIssuer({
      '/': (req, _res, next) => {
        requests.push(`${req.method} ${req.originalUrl}`, req.headers.authorization ?? 'none');
        next();
      },
    });
    await findings(url);
    expect(requests).toEqual([
      ...['GET /.well-known/oauth-authorization-server', 'none'],
      ...['POST /oauth/token', 'none', 'GET /.well-known/jwks.json', 'none'],
    ]);
  });

  const cached: RequestHandler = (_req, res) => void res.status(200).json({});
  test.each<[string, Record<string, RequestHandler | object>, string[]]>([
    [
      'caches tokens',
      { '/oauth/token': cached },
      [
        'problem token_endpoint responded with 200 to a request without credentials, instead of 400 or 401.',
        'problem token_endpoint has no Cache-Control: no-store, so a cache may keep tokens. Check your proxy.',
      ],
    ],
    [
      'publishes a private key',
      { '/.well-known/jwks.json': { keys: [jwkOf('a', ec.privateKey)] } },
      ['problem key a is private or a secret, and everybody can read it. Replace it now.'],
    ],
    [
      'publishes a secret',
      { '/.well-known/jwks.json': { keys: [{ kty: 'oct', k: 'x', kid: 's' }] } },
      ['problem key s is private or a secret, and everybody can read it. Replace it now.'],
    ],
    [
      'publishes a weak key',
      { '/.well-known/jwks.json': { keys: [jwkOf('w', weak.publicKey)] } },
      ['problem key w cannot verify tokens: it is weak, malformed, or not supported.'],
    ],
    [
      'repeats a kid',
      { '/.well-known/jwks.json': { keys: [jwkOf('a'), jwkOf('a', other.publicKey)] } },
      ['problem jwks_uri has two keys with the kid a.'],
    ],
    [
      'gives no kid',
      { '/.well-known/jwks.json': { keys: [jwkOf(undefined)] } },
      ['warning key 0 has no kid, so it cannot be rotated without refusals.'],
    ],
    [
      'publishes no keys',
      { '/.well-known/jwks.json': { keys: [] } },
      ['problem jwks_uri has no keys.'],
    ],
  ])('finds an issuer that %s', async (_title, before, expected) => {
    const { url } = await startIssuer(before);
    const isProblem = expected.some((each) => each.startsWith('problem'));
    expect(await findings(url)).toEqual([isProblem ? 1 : 0, ...expected]);
  });

  test('finds an issuer that is not there', async () => {
    const { url } = await startIssuer({
      '/.well-known': (_req, res) => void res.status(404).end(),
    });
    expect(await findings(url)).toEqual([
      1,
      `problem metadata ${url}/.well-known/oauth-authorization-server responded with the status 404. ${url}/.well-known/openid-configuration responded with the status 404.`,
    ]);
  });

  test('refuses a URL that is not https', async () => {
    const { stderr, exitCode } = await cli('doctor --url http://example.com');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('--url must be the issuer: an https URL'),
    ]);
  });
});

describe('doctor --url looks at what the metadata names', () => {
  /** An issuer whose metadata has these members. */
  const withMetadata = async (members: Record<string, unknown>) => {
    const started = await startIssuer({
      '/.well-known/oauth-authorization-server': (_req, res) => {
        res.json({ issuer: url(), token_endpoint: `${url()}/oauth/token`, ...members });
      },
    });
    const url = () => started.url;
    const { stdout } = await cli(`doctor --url ${started.url} --json`);
    const { findings } = JSON.parse(stdout) as { findings: { about: string; finding: string }[] };
    return findings.map(({ about, finding }) => `${about} ${finding}`);
  };

  test.each([
    [{ jwks_uri: undefined }, ['jwks_uri is missing. Set jwks: true, so that others can verify.']],
    [{ jwks_uri: 'ftp://x.example.com' }, ['jwks_uri is no https URL.']],
    [
      { jwks_uri: 'http://127.0.0.1:9/keys' },
      ['jwks_uri http://127.0.0.1:9/keys could not be reached (fetch failed).'],
    ],
    [
      { token_endpoint: 7, jwks_uri: undefined },
      ['token_endpoint is no https URL.', expect.stringContaining('jwks_uri is missing')],
    ],
    [
      { token_endpoint: 'http://127.0.0.1:9/token', jwks_uri: undefined },
      [
        'token_endpoint could not be reached (fetch failed).',
        expect.stringContaining('jwks_uri is missing'),
      ],
    ],
  ])('%j', async (members, expected) => {
    expect(await withMetadata(members)).toEqual(expected);
  });

  test('a token endpoint at another host is a warning', async () => {
    const other = await startIssuer();
    const members = { token_endpoint: `${other.url}/oauth/token`, jwks_uri: undefined };
    expect(await withMetadata(members)).toEqual([
      'token_endpoint is at another host than the issuer.',
      expect.stringContaining('jwks_uri is missing'),
    ]);
  });
});

test('a token is verified by a key without kid, whichever text its alg is', async () => {
  const { jwks } = await startIssuer({
    '/.well-known/jwks.json': { keys: [jwkOf(undefined)] },
  });
  const stdin = mint({}, { alg: 'ES256' }, ec.privateKey);
  expect(await ok(`token inspect --jwks ${jwks}`, { stdin })).toMatch(
    /^VERIFIED by the key without kid \(ES256\)/,
  );
  const { stdout } = await cli(`token inspect --jwks ${jwks}`, { stdin: mint({}, { alg: 7 }) });
  expect(stdout).toMatch(/^NOT VERIFIED/);
});
