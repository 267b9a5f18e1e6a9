/** `doctor --url` against real deployments: TLS, CORS, clocks, and apps that are wrong themselves. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import express, { type RequestHandler } from 'express';
import { requireJwt, type JwtAuthOptions } from 'express-client-jwt';

import { testAuth } from '../support/app';
import { useNginx, wrongIn, type Check } from '../support/behind-nginx';
import { listen } from '../support/raw-http';
import { describeWithServers } from '../support/servers';

const ORIGIN = 'https://app.example.com';
const ALL = '--client reports --route /reports';

describeWithServers('doctor --url looks at a deployment', () => {
  const { url, deploy, examine, startAlone } = useNginx();

  test('finds an app that is down', async () => {
    await startAlone();
    const [exitCode, checks] = await examine('');
    expect([exitCode, wrongIn(checks)[0]]).toEqual([
      1,
      'token route: GET /auth/jwt without credentials: 502',
    ]);
    expect(checks.map(({ remedy }) => remedy)).toContain(
      'Check that the app runs, and its outage events.',
    );
  });

  test('finds a process with other keys', async () => {
    const other = express().use(testAuth({ issuer: url(), resource: url() }));
    other.get('/reports', requireJwt(), (_req, res) => void res.json({}));
    const port = String(await listen(other));
    const server = `location = /reports { proxy_pass http://127.0.0.1:${port}; }`;
    await deploy({ server });
    const [exitCode, checks] = await examine(ALL);
    expect([exitCode, wrongIn(checks)]).toEqual([
      1,
      [expect.stringMatching(/^guarded route: GET \/reports with the token: 401 ERR_TOKEN_/)],
    ]);
  });

  test('finds a server whose clock is behind', async () => {
    const behind: RequestHandler = (_req, res, next) => {
      res.set('Date', new Date(Date.now() - 600_000).toUTCString());
      next();
    };
    await deploy(
      { location: 'proxy_pass_header Date;' },
      { clock: () => Date.now() - 600_000 },
      behind,
    );
    const [exitCode, checks] = await examine(ALL);
    expect([exitCode, wrongIn(checks)]).toEqual([
      1,
      [
        expect.stringMatching(/^clock: the Date of .*: (599|600|601) seconds behind this machine$/),
        expect.stringMatching(/^clock: the iat of the token: (599|600|601) seconds behind/),
      ],
    ]);
  });

  const ALLOW = `add_header Access-Control-Allow-Origin ${ORIGIN} always;`;
  const ALLOW_HEADERS =
    'add_header Access-Control-Allow-Headers "client-id, client-secret, authorization" always;';
  const corsOf = async (
    location: string,
    options: Partial<JwtAuthOptions> = {},
  ): Promise<string[]> => {
    const preflight = `if ($request_method = OPTIONS) { ${location} return 204; }`;
    await deploy({ location: `${location} ${preflight}` }, options);
    const [, checks] = await examine(`${ALL} --origin ${ORIGIN}`);
    return wrongIn(checks);
  };

  test('an nginx that allows the origin, and an app that exposes the token, have no problem', async () => {
    expect(await corsOf(`${ALLOW} ${ALLOW_HEADERS}`, { exposeToken: true })).toEqual([]);
  });

  test('finds that pages cannot read the token', async () => {
    expect(await corsOf(`${ALLOW} ${ALLOW_HEADERS}`)).toEqual([
      'CORS: GET /auth/jwt as reports: pages cannot read the header Authorization',
    ]);
  });

  test('finds request headers that are not allowed', async () => {
    const all = 'add_header Access-Control-Allow-Headers "*" always;';
    expect(await corsOf(`${ALLOW} ${all}`, { exposeToken: true })).toEqual([
      `CORS: OPTIONS /reports from ${ORIGIN}: the header authorization is not allowed`,
    ]);
  });

  test('finds an origin that is allowed twice', async () => {
    expect(await corsOf(`${ALLOW} ${ALLOW} ${ALLOW_HEADERS}`, { exposeToken: true })).toEqual(
      Array.from({ length: 4 }, () => expect.stringContaining(`${ORIGIN}, ${ORIGIN}`) as unknown),
    );
  });

  test('a certificate is checked, and one that is not trusted is found, by the installed command', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
    const [certificate, key] = ['cert.pem', 'key.pem'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    const more = ['-nodes', '-days', '30', '-subj', '/CN=localhost'];
    const files = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate];
    execFileSync('openssl', [...args, ...more, ...files], { stdio: 'ignore' });
    await deploy({ tls: { certificate, key } });
    const tlsUrl = url().replace('http://127.0.0.1', 'https://localhost');
    const main = path.join(__dirname, '../../dist/cli/main.js');
    const levelsWith = async (env: NodeJS.ProcessEnv): Promise<string[]> => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [main, 'doctor', '--url', tlsUrl, '--json'],
        { env: { ...process.env, ...env } },
      ).catch((error: unknown) => error as { stdout: string });
      const { checks } = JSON.parse(stdout) as { checks: Check[] };
      return checks.map(({ level, about, came }) => `${level} ${about} ${came}`);
    };
    expect(await levelsWith({ NODE_EXTRA_CA_CERTS: certificate })).toEqual(
      expect.arrayContaining([
        'ok token route 400 ERR_CREDENTIALS_MALFORMED',
        expect.stringMatching(/^ok TLS TLSv1\.[23], ends in (29|30) days$/),
      ]),
    );
    expect(await levelsWith({})).toEqual(
      expect.arrayContaining([
        'problem token route could not be reached (DEPTH_ZERO_SELF_SIGNED_CERT)',
      ]),
    );
    rmSync(folder, { recursive: true });
  });
});
