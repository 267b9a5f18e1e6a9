import * as everything from 'express-client-jwt';

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
