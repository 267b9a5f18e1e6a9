import { generateKeyPairSync, sign, verify } from 'node:crypto';

import fc from 'fast-check';

import { derOf } from '../../lib/tokens/ecdsa-signature';

const hex = (signature: string) => derOf(Buffer.from(signature, 'hex')).toString('hex');

test.each([
  ['two small integers', '0102', '3006020101020102'],
  ['leading zeros', '00000102000000ff', '3008020201020202 00ff'.replaceAll(' ', '')],
  ['an integer whose first bit is set', '80017f01', '3009020300800102027f01'],
  ['zeros alone', '00000000', '3006020100020100'],
])('derOf encodes %s', (_title, signature, der) => {
  expect(hex(signature)).toBe(der);
});

test('derOf writes a length of 128 and more in two bytes', () => {
  expect(derOf(Buffer.alloc(132, 0xff)).subarray(0, 6).toString('hex')).toBe('30818a024300');
  expect(derOf(Buffer.alloc(124, 0x01)).subarray(0, 4).toString('hex')).toBe('30818002');
});

test.each([
  ['P-256', 'sha256'],
  ['P-384', 'sha384'],
  ['P-521', 'sha512'],
])('OpenSSL accepts the signatures of %s in DER, and no changed ones', (namedCurve, digest) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
      const raw = sign(digest, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const der = derOf(raw);
      expect(verify(digest, data, publicKey, der)).toBe(true);
      raw[raw.length - 1] = (raw.at(-1) ?? 0) ^ 1;
      expect(verify(digest, data, publicKey, derOf(raw))).toBe(false);
    }),
    { numRuns: 50 },
  );
});
