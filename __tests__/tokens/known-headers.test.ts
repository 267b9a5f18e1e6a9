/** The headers of verified tokens: the keys of one are not found again. */
import { createVerificationKeys } from '../../lib/keys/key-ring';
import { createTokenVerifier } from '../../lib/tokens/verifier';
import { KEY, mint, OTHER_KEY } from '../support/mint';

const keys = createVerificationKeys([KEY], 'test');
const find = jest.fn((kid: string | undefined, alg: string) => keys.find(kid, alg));

/** A verifier that caches no tokens. */
const verifierOf = (isFixed: boolean) =>
  createTokenVerifier(
    { isFixed, find },
    { issuer: 'a', audience: undefined, tokenProfile: 'jwt', tokenCacheSize: 0 },
  );
const minted = (header = {}) => mint({ iss: 'a' }, header);

beforeEach(() => {
  find.mockClear();
});

test('the keys for the header of a verified token are found once', () => {
  const verify = verifierOf(true);
  for (let count = 0; count < 3; count += 1)
    expect(verify(minted())).toMatchObject({ jwt: { clientId: 'reports' }, alg: 'HS256' });
  expect(find).toHaveBeenCalledTimes(1);
});

test('keys that may change are found for each token', () => {
  const verify = verifierOf(false);
  void verify(minted());
  void verify(minted());
  expect(find).toHaveBeenCalledTimes(2);
});

test('the header of a refused token is not kept, so strangers cannot push others out', () => {
  const verify = verifierOf(true);
  const forged = () => mint({ iss: 'a' }, {}, OTHER_KEY);
  expect([verify(forged()), verify(forged())]).toEqual([
    'ERR_TOKEN_SIGNATURE',
    'ERR_TOKEN_SIGNATURE',
  ]);
  expect(find).toHaveBeenCalledTimes(2);
});

test('at most 64 headers are kept', () => {
  const verify = verifierOf(true);
  const headers = Array.from({ length: 65 }, (_each, x) => ({ x }));
  for (const header of headers) void verify(minted(header));
  void verify(minted({ x: 0 }));
  expect(find).toHaveBeenCalledTimes(66);
});

test.each([
  ['another signature', () => mint({ iss: 'a' }, {}, OTHER_KEY), 'ERR_TOKEN_SIGNATURE'],
  ['another issuer', () => mint({ iss: 'b' }), 'ERR_TOKEN_ISSUER'],
  [
    'claims that are no object',
    () => minted().replace(/\.[^.]+\./, `.${Buffer.from('[]').toString('base64url')}.`),
    'ERR_TOKEN_MALFORMED',
  ],
])('a token with a known header and %s is refused', (_title, create, code) => {
  const verify = verifierOf(true);
  void verify(minted());
  expect(verify(create())).toBe(code);
});
