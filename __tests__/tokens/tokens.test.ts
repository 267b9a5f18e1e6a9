import { createTokens } from '../../lib/tokens/tokens';
import { KEY, mint, OTHER_KEY } from '../support/mint';

const settings = {
  keys: KEY,
  issuer: undefined,
  audience: undefined,
  tokenProfile: 'jwt' as const,
  expiresInSeconds: 60,
  tokenCacheSize: 10,
};
const NOW = 1_700_000_000_000;

describe('the current keys', () => {
  test('the current keys sign and verify', () => {
    const tokens = createTokens(settings, 'createJwtAuth');
    const { token, claims, kid } = tokens.issue({ clientId: 'reports' }, NOW);
    expect(tokens.verify(token)).toMatchObject({ jwt: { claims, clientId: 'reports' }, kid });
  });

  test('new keys replace the old ones together with the cache of tokens that those verified', () => {
    const tokens = createTokens(settings, 'createJwtAuth');
    const old = mint();
    for (let use = 0; use < 3; use++) expect(typeof tokens.verify(old)).toBe('object');
    tokens.replaceKeys({ key: OTHER_KEY, kid: 'next' });
    expect(tokens.verify(old)).toBe('ERR_TOKEN_SIGNATURE');
    expect(tokens.issue({ clientId: 'reports' }, NOW).kid).toBe('next');
  });

  test('the current keys are kept if the new ones are invalid', () => {
    const tokens = createTokens(settings, 'createJwtAuth');
    expect(() => {
      tokens.replaceKeys('short');
    }).toThrow(TypeError);
    expect(typeof tokens.verify(mint())).toBe('object');
  });
});
