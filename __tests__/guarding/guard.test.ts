import { createGuard, GuardRefusal } from '../../lib/guarding/guard';
import { createVerificationKeys } from '../../lib/keys/key-ring';
import { createTokenVerifier } from '../../lib/tokens/verifier';
import { KEY, mint, seconds } from '../support/mint';

const GOOD = { disabled: false, tokensValidAfterMs: 0, scopes: undefined };
const settings = { issuer: undefined, audience: undefined, tokenCacheSize: 10 };
const keys = createVerificationKeys(KEY, 'test');

test('keys that are not at hand make the guard wait, and a refusal stays a refusal', async () => {
  const verify = createTokenVerifier(
    { find: (kid, alg) => Promise.resolve(keys.find(kid, alg)) },
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

test('a token that expires while the revocation store is asked is refused', async () => {
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
