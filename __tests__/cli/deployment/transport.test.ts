import { checkDeployment } from '../../../lib/cli/deployment/check-deployment';

const REFUSED = () => Response.json({ code: 'ERR_CREDENTIALS_MALFORMED' }, { status: 400 });
const NOW = Date.parse('2026-11-24T12:00:00Z');

/** The checks of an API at https://api.example.com that is also served in clear text. */
async function inspectRemote(
  certificate: () => { expiresAtMs: number; protocol: string },
  clearText: () => Response = REFUSED,
  guardedRoute?: string,
) {
  const through: typeof fetch = (input) => {
    const url = new Request(input).url;
    if (url.startsWith('http:')) return Promise.resolve().then(clearText);
    return Promise.resolve(REFUSED());
  };
  const url = 'https://api.example.com';
  const { checks } = await checkDeployment(
    {
      ...{ url, tokenRoute: `${url}/auth/jwt`, guardedRoute },
      ...{ origin: undefined, credentials: undefined },
    },
    {
      ...{ fetch: through, nowMs: () => NOW },
      readCertificate: () => Promise.resolve().then(certificate),
    },
  );
  return checks.map(({ level, about, asked, came }) => `${level} ${about}: ${asked}: ${came}`);
}

const valid = () => ({ expiresAtMs: NOW + 1e11, protocol: 'TLSv1.3' });

test.each<[string, () => Response, string]>([
  [
    'serves the API',
    REFUSED,
    'problem clear text: GET http://api.example.com/auth/jwt without credentials: 400 ERR_CREDENTIALS_MALFORMED',
  ],
  [
    'redirects to https',
    () => Response.redirect('https://api.example.com/auth/jwt', 301),
    'ok clear text: GET http://api.example.com/auth/jwt without credentials: 301 to https://api.example.com/auth/jwt',
  ],
  [
    'redirects to http',
    () => Response.redirect('http://www.example.com/', 301),
    'warning clear text: GET http://api.example.com/auth/jwt without credentials: 301 to http://www.example.com/',
  ],
  [
    'issues tokens behind a page of its own',
    () => new Response('ok'),
    'problem clear text: GET http://api.example.com/auth/jwt without credentials: 200',
  ],
  [
    'serves nothing',
    () => new Response('', { status: 404 }),
    'warning clear text: GET http://api.example.com/auth/jwt without credentials: 404',
  ],
])('a port of clear text that %s is judged', async (_title, clearText, expected) => {
  const checks = await inspectRemote(valid, clearText);
  expect(checks).toContain(expected);
});

test.each<[string, number, string]>([
  ['13 days', 13, 'warning TLS: the certificate of api.example.com: TLSv1.3, ends in 13 days'],
  ['a year', 365, 'ok TLS: the certificate of api.example.com: TLSv1.3, ends in 365 days'],
])('a certificate that ends in %s is judged', async (_title, days, expected) => {
  const checks = await inspectRemote(() => ({
    ...{ expiresAtMs: NOW + days * 86_400_000, protocol: 'TLSv1.3' },
  }));
  expect(checks).toContain(expected);
});

test('a handshake that fails without a code is a problem', async () => {
  const checks = await inspectRemote(() => {
    throw new Error('x');
  });
  expect(checks).toContain('problem TLS: the certificate of api.example.com: not readable');
});

test('the guarded route is asked in clear text too', async () => {
  const checks = await inspectRemote(valid, REFUSED, 'https://api.example.com/reports');
  expect(checks.filter((check) => check.includes('clear text'))).toEqual([
    'problem clear text: GET http://api.example.com/auth/jwt without credentials: 400 ERR_CREDENTIALS_MALFORMED',
    'problem clear text: GET http://api.example.com/reports without credentials: 400 ERR_CREDENTIALS_MALFORMED',
  ]);
});

test('a closed port of clear text is right', async () => {
  const checks = await inspectRemote(valid, () => {
    throw new TypeError('fetch failed');
  });
  expect(checks).toContain(
    'ok clear text: GET http://api.example.com/auth/jwt without credentials: could not be reached (fetch failed)',
  );
});

test('a certificate that cannot be read is a problem', async () => {
  const checks = await inspectRemote(() => {
    throw Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' });
  });
  expect(checks).toContain('problem TLS: the certificate of api.example.com: CERT_HAS_EXPIRED');
});
