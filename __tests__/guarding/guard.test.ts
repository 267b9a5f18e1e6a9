import { createGuard, GuardRefusal } from '../../lib/guarding/guard';
import { createVerificationKeys } from '../../lib/keys/key-ring';
import { createTokenVerifier } from '../../lib/tokens/verifier';
import { KEY, mint, seconds } from '../support/mint';

const GOOD = { disabled: false, tokensValidAfterMs: 0, scopes: undefined };
const settings = {
  issuer: undefined,
  audience: undefined,
  tokenProfile: 'jwt' as const,
  tokenCacheSize: 10,
};
const keys = createVerificationKeys(KEY, 'test');

test('waits for keys that are loaded later, and still refuses an expired token', async () => {
  const verify = createTokenVerifier(
    { isFixed: true, find: (kid, alg) => Promise.resolve(keys.find(kid, alg)) },
    settings,
  );
  const guard = createGuard({
    clock: () => Date.now(),
    verify,
    standingOf: () => GOOD,
    isRevoked: () => false,
  });
  expect(await guard(mint(), [])).toMatchObject({ clientId: 'reports' });
  expect(await guard(mint({ exp: 1 }), [])).toMatchObject({ code: 'ERR_TOKEN_EXPIRED' });
});

test('refuses a token that expires during the lookup of its revocation', async () => {
  const exp = seconds() + 60;
  let now = exp * 1000 - 1;
  const guard = createGuard({
    clock: () => now,
    verify: createTokenVerifier(keys, settings),
    standingOf: () => GOOD,
    isRevoked: () => {
      now += 1;
      return Promise.resolve(false);
    },
  });
  const finding = await guard(mint({ exp }), []);
  expect(finding).toBeInstanceOf(GuardRefusal);
  expect(finding).toMatchObject({ code: 'ERR_TOKEN_EXPIRED' });
});
