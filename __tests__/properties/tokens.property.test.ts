import { generateKeyPairSync, randomBytes } from 'node:crypto';

import fc from 'fast-check';

import { isPromise } from '../../lib/internal/maybe-promise';
import { parseCompact } from '../../lib/tokens/compact';
import { createTokens } from '../../lib/tokens/tokens';
import { KEY, mint, seconds } from '../support/mint';

const SETTINGS = {
  issuer: undefined,
  audience: undefined,
  tokenProfile: 'jwt' as const,
  expiresInSeconds: 3600,
  tokenCacheSize: 0,
};
const tokens = createTokens({ keys: KEY, ...SETTINGS }, 'test');
const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const GOOD = mint({ exp: seconds() + 3600 });

test('every single flipped bit of a signature is rejected, in every encoding', () => {
  const [header = '', claims = '', signature = ''] = GOOD.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(tokens.verify(`${header}.${claims}.${flipped.toString('base64url')}`)).toBe(
      'ERR_TOKEN_SIGNATURE',
    );
  }
});

test('a valid token with one character replaced is rejected', () => {
  const other = fc.oneof(
    fc.constantFrom(...ALPHABET),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.nat(GOOD.length - 1), other, (place, character) => {
      fc.pre(GOOD[place] !== character);
      expect(typeof tokens.verify(GOOD.slice(0, place) + character + GOOD.slice(place + 1))).toBe(
        'string',
      );
    }),
    { numRuns: 2000 },
  );
});

test('a valid token with characters removed, doubled, inserted or appended is rejected', () => {
  fc.assert(
    fc.property(fc.nat(GOOD.length), fc.nat(GOOD.length), fc.string(), (from, to, text) => {
      const mutation = GOOD.slice(0, from) + text + GOOD.slice(to);
      fc.pre(mutation !== GOOD);
      expect(typeof tokens.verify(mutation)).toBe('string');
    }),
    { numRuns: 2000 },
  );
});

test('no text makes the parser throw', () => {
  const segment = fc.oneof(
    fc.string(),
    fc.string().map((text) => Buffer.from(text).toString('base64url')),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
      const parsed = parseCompact(segments.join('.'));
      expect([undefined, 'object']).toContain(
        parsed === undefined ? undefined : typeof parsed.claims,
      );
    }),
    { numRuns: 2000 },
  );
});

const rings = {
  HS256: randomBytes(32),
  HS512: { key: randomBytes(64), alg: 'HS512' as const },
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  PS256: {
    key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    alg: 'PS256' as const,
  },
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
};

test.each(Object.entries(rings))(
  'a verified token contains the id, the scopes and the claims of its client, with %s',
  (_alg, keys) => {
    const ring = createTokens({ keys, ...SETTINGS }, 'test');
    const clientId = fc.stringMatching(/^[\x21-\x7e]{1,64}$/);
    const scopes = fc.array(fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]+$/), { maxLength: 4 });
    const claims = fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(clientId, scopes, claims, (id, names, own) => {
        const { token, claims: issued } = ring.issue(
          { clientId: id, scopes: names, claims: own },
          1e12,
        );
        const verified = ring.verify(token);
        if (typeof verified === 'string' || isPromise(verified)) throw new Error('refused');
        expect(verified.jwt).toMatchObject({ clientId: id, scopes: names });
        expect(verified.jwt.claims).toEqual(JSON.parse(JSON.stringify(issued)));
      }),
      { numRuns: 60 },
    );
  },
);
