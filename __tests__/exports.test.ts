import path from 'node:path';

import { buildSync } from 'esbuild';
import * as everything from 'express-client-jwt';
import * as consumer from 'express-client-jwt/consumer';
import * as openapi from 'express-client-jwt/openapi';
import * as testing from 'express-client-jwt/testing';

test('exports these names and no others', () => {
  expect(Object.keys(everything).sort()).toEqual([
    'JwtAuthError',
    'bcryptVerifier',
    'createJwtAuth',
    'createJwtGuard',
    'getJwt',
    'hashSecret',
    'memoryRevocations',
    'requireJwt',
  ]);
});

test('express-client-jwt/testing exports these names and no others', () => {
  expect(Object.keys(testing).sort()).toEqual([
    'bearerHeader',
    'clientStoreContract',
    'createFakeVerifier',
    'createTestAuth',
    'editableStoreContract',
    'mintToken',
    'openRoutes',
    'revocationStoreContract',
  ]);
});

test('express-client-jwt/openapi exports these names and no others', () => {
  expect(Object.keys(openapi).sort()).toEqual(['extendOpenApi', 'openApiDocument']);
});

describe('express-client-jwt/consumer', () => {
  test('exports these names and no others', () => {
    expect(Object.keys(consumer).sort()).toEqual([
      'TokenError',
      'createAuthorizedFetch',
      'createTokenSource',
    ]);
  });

  test('is under 8 KB minified, and imports nothing', () => {
    const { outputFiles, metafile } = buildSync({
      entryPoints: [path.join(__dirname, '../lib/consumer/index.ts')],
      ...{ bundle: true, minify: true, write: false, metafile: true, format: 'esm' },
    });
    expect(outputFiles[0]?.contents.length).toBeLessThan(8000);
    const inputs = Object.keys(metafile.inputs).filter((file) => !file.startsWith('lib/consumer/'));
    expect(inputs).toEqual([]);
  });
});
