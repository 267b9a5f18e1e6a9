import * as everything from 'express-client-jwt';

test('these names are exported, and no others', () => {
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
