import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { GUARD_OPTIONS } from '../../lib/http/guard-options';
import { AUTH_OPTIONS } from '../../lib/http/options';
import { REQUIRE_JWT_OPTIONS } from '../../lib/http/require-jwt';

const TABLE = { ...GUARD_OPTIONS, ...AUTH_OPTIONS, ...REQUIRE_JWT_OPTIONS };

/** Written out, so that no change of a default or of a bound goes unseen. */
const DOCUMENTED: readonly [keyof typeof TABLE, fallback: string, must: string][] = [
  ['keys', 'required', 'one key or a list of 1 to 16'],
  ['issuer', 'none', 'a text that is not empty'],
  ['audience', '`resource`', 'a text or a list of one or more'],
  ['realm', '`api`', 'ASCII text without quotes, backslashes or line breaks'],
  ['errors', '`json`', '"json" or "next"'],
  ['clientCacheSeconds', '30', 'a whole number from 0 to 86400'],
  ['maxStaleSeconds', '300', 'a whole number from 0 to 86400'],
  ['tokenCacheSize', '10,000', 'a whole number from 0 to 1000000'],
  ['storeTimeoutMs', '2,000', 'a whole number from 1 to 600000'],
  [
    'revocations',
    'none',
    'a store with isRevoked(jti) and revoke(jti, expiresAt), such as memoryRevocations()',
  ],
  ['onRevocationOutage', '`refuse`', '"refuse" or "accept"'],
  ['onEvent', 'a process warning at the first outage of each kind', 'a function'],
  ['clock', '`Date.now`', 'a function'],
  [
    'verifier',
    'required',
    'a verifier: bcryptVerifier(clients), or an object with a verify function',
  ],
  [
    'path',
    '`/auth/jwt`',
    'a plain path such as "/auth/jwt": no pattern, no query, no slash at the end',
  ],
  ['expiresInSeconds', '3,600', 'a whole number from 1 to 31536000'],
  ['exposeToken', '`false`', 'true or false'],
  ['tokenInBody', '`false`', 'true or false'],
  ['verifierTimeoutMs', '30,000', 'a whole number from 1 to 600000'],
  ['throttle', 'off', 'an object { failures, windowSeconds, store? }'],
  ['resource', 'none', 'an https URL without query, fragment or password (http on localhost)'],
  [
    'oauth',
    'off',
    'true, false or an object { tokenPath?, introspectionPath?, revocationPath?, introspectionScope?, metadata? }',
  ],
  ['jwks', 'off', 'true, false or an object { path? }'],
  ['tokenProfile', '`jwt`', '"jwt" or "rfc9068"'],
  [
    'jwksUri',
    'that of the issuer',
    'an https URL without fragment or password (http on localhost)',
  ],
  ['fetch', 'the global `fetch`', 'a function'],
  ['clientIdClaim', '`client_id`, `azp`, `cid` or `sub`', 'the name of a claim'],
  ['clients', 'none', 'an object with a find(clientId) function'],
  ['scope', 'none', 'scopes separated by single spaces, or a list of them'],
  ['optional', '`false`', 'true or false'],
];

test.each(DOCUMENTED)(
  'the option %s is documented with the default %s and its values: %s',
  (name, fallback, must) => {
    expect([TABLE[name].fallback, TABLE[name].must]).toEqual([fallback, must]);
  },
);

test('a guard differs from an issuer in its keys and its token profile', () => {
  const { keys, tokenProfile } = GUARD_OPTIONS;
  expect([keys.fallback, tokenProfile.fallback, tokenProfile.must]).toEqual([
    'those of the issuer',
    '`any`',
    '"any" or "jwt" or "rfc9068"',
  ]);
});

test('every option is in this list', () => {
  expect(DOCUMENTED.map(([name]) => name).sort()).toEqual(Object.keys(TABLE).sort());
});

test.each([
  ['exposeToken', false],
  ['tokenInBody', false],
  ['optional', false],
  ['errors', 'json'],
  ['onRevocationOutage', 'refuse'],
  ['throttle', undefined],
  ['issuer', undefined],
  ['audience', undefined],
  ['clients', undefined],
  ['revocations', undefined],
  ['realm', 'api'],
  ['path', '/auth/jwt'],
] as const)('the option %s is %p unless it is given', (name, value) => {
  expect(TABLE[name].parse(undefined, name)).toBe(value);
});

const nothing = (): undefined => undefined;

test.each([
  ['verifier', { verify: 1 }],
  ['verifier', { verify: nothing, find: 1 }],
  ['verifier', { verify: nothing, close: 1 }],
  ['clients', { find: 1 }],
  ['clients', { find: () => undefined, close: 1 }],
  ['revocations', { isRevoked: () => false }],
  ['revocations', { revoke: () => undefined }],
  ['throttle', {}],
  ['throttle', { failures: 0, windowSeconds: 60 }],
] as const)('the option %s is not %j', (name, value) => {
  expect(() => TABLE[name].parse(value, name)).toThrow(TypeError);
});

test('every default that a page repeats is that of the table', () => {
  const root = path.join(__dirname, '../..');
  const pages = ['README.md', '.github/SECURITY.md'].concat(
    readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !/^(api|node_modules|\.vitepress)\//.test(name))
      .map((name) => path.join('docs', name)),
  );
  const repeated = pages.flatMap((page) => {
    const text = readFileSync(path.join(root, page), 'utf8').replace(/\s+/g, ' ');
    return [...text.matchAll(/`(\w+)`(?: old)? \(([\d,]+)(?: by default)?\)/g)].map(
      ([, name = '', value]) => [page, name, value] as const,
    );
  });
  expect(repeated.length).toBeGreaterThan(3);
  const wrong = repeated.filter(
    ([, name, value]) => (TABLE as Record<string, { fallback: string }>)[name]?.fallback !== value,
  );
  expect(wrong).toEqual([]);
});
