import * as jsonwebtoken from 'jsonwebtoken';

import { createKeyRing } from '../../lib/keys/key-ring';
import { createTokenVerifier } from '../../lib/tokens/verifier';
import { KEY, mint, OTHER_KEY } from '../support/mint';

jest.mock('jsonwebtoken', () => {
  const actual = jest.requireActual<typeof jsonwebtoken>('jsonwebtoken');
  return { ...actual, verify: jest.fn(actual.verify) };
});

const signatureChecks = jest.mocked(jsonwebtoken.verify);

beforeEach(() => {
  signatureChecks.mockClear();
});

function verifierWith(tokenCacheSize: number) {
  return createTokenVerifier(createKeyRing([KEY, OTHER_KEY]), { issuer: undefined, audience: undefined, tokenCacheSize });
}

describe('the memory of verified tokens', () => {
  test('does no crypto for a token seen before, and gives the same facts', () => {
    const verify = verifierWith(10);
    const token = mint();
    const first = verify(token);
    const calls = signatureChecks.mock.calls.length;
    expect(verify(Buffer.from(token).toString())).toBe(first);
    expect([calls, signatureChecks.mock.calls.length]).toEqual([1, 1]);
  });

  test('is bounded: what was used least recently is checked again', () => {
    const verify = verifierWith(2);
    const [a, b, c] = ['a', 'b', 'c'].map((jti) => mint({ jti }));
    for (const token of [a, b, a, c]) verify(token ?? '');
    expect(signatureChecks).toHaveBeenCalledTimes(3);
    verify(a ?? '');
    expect(signatureChecks).toHaveBeenCalledTimes(3);
    verify(b ?? '');
    expect(signatureChecks).toHaveBeenCalledTimes(4);
  });

  test('is off with size 0', () => {
    const verify = verifierWith(0);
    const token = mint();
    expect([typeof verify(token), typeof verify(token)]).toEqual(['object', 'object']);
    expect(signatureChecks).toHaveBeenCalledTimes(2);
  });

  test('does not hold what was refused', () => {
    const verify = verifierWith(10);
    const forged = `${mint().slice(0, -3)}AAA`.replace(/.$/, 'A');
    expect([verify(forged), verify(forged)]).toEqual(['ERR_TOKEN_SIGNATURE', 'ERR_TOKEN_SIGNATURE']);
    expect(signatureChecks).toHaveBeenCalledTimes(4);
  });

  test('holds whole tokens: another signature of the same claims is another token', () => {
    const verify = verifierWith(10);
    const token = mint();
    verify(token);
    const [header, claims] = token.split('.');
    const otherSignature = mint({ jti: 'other' }).split('.')[2] ?? '';
    expect(verify(`${header ?? ''}.${claims ?? ''}.${otherSignature}`)).toBe('ERR_TOKEN_SIGNATURE');
  });
});
