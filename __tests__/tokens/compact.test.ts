import { LONGEST_TOKEN, parseCompact } from '../../lib/tokens/compact';
import { base64url, mintRaw } from '../support/mint';

const HEADER = base64url('{"alg":"HS256"}');
const CLAIMS = base64url('{"sub":"a"}');

/** Another spelling that a lenient decoder decodes to the same bytes. */
function lastOneHigher(segment: string): string {
  const higher =
    segment.slice(0, -1) + String.fromCharCode(segment.charCodeAt(segment.length - 1) + 1);
  expect(Buffer.from(higher, 'base64url')).toEqual(Buffer.from(segment, 'base64url'));
  return higher;
}

test('parses the parts of a token (RFC 7515 §7.1)', () => {
  expect(parseCompact(`${HEADER}.${CLAIMS}.AA`)).toEqual({
    header: { alg: 'HS256' },
    claims: { sub: 'a' },
  });
});

test.each([
  ['an empty string', ''],
  ['one part', HEADER],
  // Cutting off its last character leaves a valid segment.
  ['one part that is a header', `${base64url('{"alg":"HS256" }')}A`],
  ['two parts', `${HEADER}.${CLAIMS}`],
  ['four parts', `${HEADER}.${CLAIMS}.AA.AA`],
  ['padding of the header', `${base64url('{"alg":"HS256" }')}==.${CLAIMS}.AA`],
  ['padding of the claims', `${HEADER}.${base64url('{"sub":"ab"}')}=.AA`],
  ['white space in the claims', `${HEADER}.${CLAIMS.slice(0, 4)} ${CLAIMS.slice(4)}.AA`],
  ['an empty header', `.${CLAIMS}.AA`],
  ['empty claims', `${HEADER}..AA`],
  ['an empty signature', `${HEADER}.${CLAIMS}.`],
  ['padding', `${HEADER}.${CLAIMS}.AA==`],
  ['leading white space', ` ${HEADER}.${CLAIMS}.AA`],
  ['trailing white space', `${HEADER}.${CLAIMS}.AA `],
  ['a trailing line break', `${HEADER}.${CLAIMS}.AA\n`],
  ['the alphabet of plain base64', `${HEADER}.${CLAIMS}.A+`],
  ['a signature of an impossible length', `${HEADER}.${CLAIMS}.AAAAA`],
  ['unused bits that are set in a signature of two characters', `${HEADER}.${CLAIMS}.AB`],
  ['unused bits that are set in a signature of three characters', `${HEADER}.${CLAIMS}.AAB`],
  [
    'unused bits that are set in the header',
    `${lastOneHigher(base64url('{"alg":"HS256" }'))}.${CLAIMS}.AA`,
  ],
  [
    'unused bits that are set in the claims',
    `${HEADER}.${lastOneHigher(base64url('{"sub":"ab"}  '))}.AA`,
  ],
  ['a header that is not JSON', `${base64url('{')}.${CLAIMS}.AA`],
  ['a header that is an array', `${base64url('[]')}.${CLAIMS}.AA`],
  ['claims that are null', `${HEADER}.${base64url('null')}.AA`],
  ['claims that are a string', `${HEADER}.${base64url('"a"')}.AA`],
  ['claims that are an array', `${HEADER}.${base64url('[]')}.AA`],
  [
    'claims that are not UTF-8',
    mintRaw('{"alg":"HS256"}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  ],
])('rejects %s', (_title, token) => {
  expect(parseCompact(token)).toBeUndefined();
});

test.each(['AA', 'AQ', 'Ag', 'Aw', 'AAA', 'AAE', 'AA8', 'AAAA', 'AAA_', 'AA-_'])(
  'reads the signature %s',
  (signature) => {
    expect(parseCompact(`${HEADER}.${CLAIMS}.${signature}`)).toBeDefined();
  },
);

test('accepts a token of the maximum length and rejects a longer one', () => {
  const start = `${HEADER}.${CLAIMS}.`;
  const rest = LONGEST_TOKEN - start.length;
  expect(parseCompact(start + 'A'.repeat(rest))).toBeDefined();
  expect(parseCompact(start + 'A'.repeat(rest + 4))).toBeUndefined();
});

test('keeps __proto__ as an ordinary property', () => {
  const parsed = parseCompact(`${HEADER}.${base64url('{"__proto__":{"admin":true}}')}.AA`);
  expect((parsed?.claims as { admin?: boolean }).admin).toBeUndefined();
});
