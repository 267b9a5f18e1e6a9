import { cli, ok, STRONG, write } from '../support/cli';
import { reports } from '../support/clients';
import { startIssuer } from '../support/issuer';
import { KEY } from '../support/mint';

const nowMs = () => Date.now();

describe('the doctor command with --url', () => {
  test('checks the clients too if they are named', async () => {
    write(reports({ secrets: [{ hash: STRONG, label: 'a' }] }));
    const { url } = await startIssuer();
    const world = { env: { JWT_SECRET: KEY }, nowMs };
    expect(await ok(`doctor --url ${url} --file FILE`, world)).toMatch(
      /\n\n\d+ requests, 1 client, 0 problems, 0 warnings\.\n$/,
    );
  });

  test('says for each problem what to change', async () => {
    const { url } = await startIssuer({
      '/auth/jwt': (_req, res) => void res.set('cf-ray', 'a').sendStatus(403),
    });
    const { stdout, exitCode } = await cli(`doctor --url ${url}`, { nowMs });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /\nPROBLEM {2}token route +GET \/auth\/jwt without credentials: 403\n +Change: Cloudflare: add a bypass policy for this path in Access, or a rule that skips the challenge\.\n/,
    );
  });

  test('takes the path of the token route, and a URL with a path and a slash', async () => {
    const { url } = await startIssuer();
    const { stdout } = await cli(`doctor --url ${url}/ --path /token --json`, { nowMs });
    expect(stdout).toContain('GET /token without credentials');
  });

  test.each([
    ['--url http://example.com', '--url must be an https URL'],
    ['--url https://a.example.com --path //b.example.com', '--path must be a path such as'],
    ['--url https://a.example.com --route reports', '--route must be a path such as /reports'],
    ['--url https://a.example.com --route /a?b=c', '--route must be a path such as /reports'],
    ['--url https://a.example.com --origin https://b.example.com/', '--origin must be an origin'],
    ['--url https://a.example.com --client a', '--client needs a client ID, and its secret on'],
    ['--url https://a.example.com --client a --token', '--client and --token both read'],
    ['--client a', '--client needs --url.'],
    ['--route /reports', '--route needs --url.'],
  ])('doctor %s is refused before a request is sent', async (line, expected) => {
    const refuse = () => Promise.reject(new Error('No request may be sent.'));
    const { stderr, exitCode } = await cli(`doctor ${line}`, { fetch: refuse });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });
});
