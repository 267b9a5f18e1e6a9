import { generateKeyPairSync, type KeyObject } from 'node:crypto';

import { parsePublicJwk } from '../../lib/keys/jwk';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const ed = generateKeyPairSync('ed25519');
const x = generateKeyPairSync('x25519');

const jwkOf = (key: KeyObject, more: object = {}) => ({
  ...key.export({ format: 'jwk' }),
  ...more,
});
const algorithmsOf = (jwk: unknown) => parsePublicJwk(jwk).map(({ alg }) => alg);

test.each([
  ['EC', jwkOf(ec.publicKey), ['ES256']],
  ['RSA', jwkOf(rsa.publicKey), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  ['Ed25519', jwkOf(ed.publicKey), ['Ed25519']],
  ['RSA with alg', jwkOf(rsa.publicKey, { alg: 'PS384' }), ['PS384']],
  ['Ed25519 with its older name', jwkOf(ed.publicKey, { alg: 'EdDSA' }), ['Ed25519']],
  ['a key for signatures', jwkOf(ec.publicKey, { use: 'sig', key_ops: ['verify'] }), ['ES256']],
  ['a key with members of no use', jwkOf(ec.publicKey, { x5c: ['!'], ext: true }), ['ES256']],
])('a JWK of the kind %s verifies %j', (_title, jwk, algorithms) => {
  expect(algorithmsOf(jwk)).toEqual(algorithms);
});

test.each<[string, unknown]>([
  ['a private key', jwkOf(ec.privateKey)],
  ['a private RSA key', jwkOf(rsa.privateKey)],
  ['a secret', { kty: 'oct', k: 'a'.repeat(43), alg: 'HS256' }],
  ['a public key that also has a secret', jwkOf(ec.publicKey, { k: 'a'.repeat(43) })],
  ['a key for encryption', jwkOf(rsa.publicKey, { use: 'enc' })],
  ['an unknown use', jwkOf(rsa.publicKey, { use: 7 })],
  ['key_ops without verify', jwkOf(rsa.publicKey, { key_ops: ['encrypt'] })],
  ['key_ops that are no list', jwkOf(rsa.publicKey, { key_ops: 'verify' })],
  ['a weak RSA key', jwkOf(weak.publicKey)],
  ['an RSA key with the exponent 1', jwkOf(rsa.publicKey, { e: 'AQ' })],
  ['another curve', jwkOf(k1.publicKey)],
  ['a key for key agreement', jwkOf(x.publicKey)],
  ['an alg of another kind', jwkOf(ec.publicKey, { alg: 'RS256' })],
  ['an alg of another curve', jwkOf(ec.publicKey, { alg: 'ES384' })],
  ['an HMAC alg', jwkOf(rsa.publicKey, { alg: 'HS256' })],
  ['an alg that is no text', jwkOf(ec.publicKey, { alg: 7 })],
  ['an encryption alg', jwkOf(rsa.publicKey, { alg: 'RSA-OAEP' })],
  ['a kid that is no text', jwkOf(ec.publicKey, { kid: 7 })],
  ['a kid that is too long', jwkOf(ec.publicKey, { kid: 'x'.repeat(257) })],
  ['an unknown kty', { kty: 'XYZ' }],
  ['a kty from Object.prototype', { kty: 'constructor' }],
  ['a point that is not on the curve', jwkOf(ec.publicKey, { y: 'AAAA' })],
  ['numbers instead of text', { kty: 'RSA', n: 7, e: 3 }],
  ['no members', {}],
  ['null', null],
  ['a list', []],
  ['a text', 'x'],
])('%s is left out', (_title, jwk) => {
  expect(parsePublicJwk(jwk)).toEqual([]);
});
