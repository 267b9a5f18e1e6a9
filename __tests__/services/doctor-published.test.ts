/** `doctor --url` behind an nginx that serves other documents than the app. */
import { generateKeyPairSync } from 'node:crypto';

import { useNginx, type WrongNginx } from '../support/behind-nginx';
import { describeWithServers } from '../support/servers';

const ALL = '--client reports --route /reports';

describeWithServers('doctor --url looks at published documents', () => {
  const { expectFound } = useNginx();

  test.each<WrongNginx>([
    [
      'serves the metadata of another issuer',
      '',
      {
        server:
          'location = /.well-known/oauth-authorization-server { return 200 \'{"issuer":"http://internal:3000"}\'; }',
      },
      [
        'metadata: GET /.well-known/oauth-authorization-server: The metadata of URL names another issuer: "http://internal:3000"',
      ],
      'Set issuer to the URL that clients use, and serve auth.wellKnown at the root if createJwtAuth() is mounted below a path.',
    ],
    [
      'publishes a secret',
      '',
      {
        server:
          'location = /.well-known/jwks.json { return 200 \'{"keys":[{"kty":"oct","k":"x","kid":"s"}]}\'; }',
      },
      ['key s: GET /.well-known/jwks.json: a private key or a secret'],
      'Replace the key now: everybody can read it, and sign tokens.',
    ],
    [
      'serves the key set of another app',
      ALL,
      {
        server: `location = /.well-known/jwks.json { return 200 '${JSON.stringify({
          keys: [
            {
              ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
                format: 'jwk',
              }),
              kid: 'other',
            },
          ],
        })}'; }`,
      },
      ['key set: the signature of the token: the key set has no key for its kid and alg'],
      'Publish the public keys of the app with jwks: true, and let nothing else serve this path.',
    ],
    [
      'serves the metadata of another resource',
      ALL,
      {
        server:
          'location = /.well-known/oauth-protected-resource { return 200 \'{"resource":"https://other.example.com"}\'; }',
      },
      [
        'resource metadata: GET /.well-known/oauth-protected-resource: another resource than this API',
      ],
      'Set resource to the URL that clients use, and serve auth.wellKnown at the root if createJwtAuth() is mounted below a path.',
    ],
  ])('finds an nginx that %s', expectFound);
});
