import fc from 'fast-check';

import { parseCsv } from '../../lib/cli/csv';

test.each([
  [
    'plain cells',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'the line ends of Windows and old Macs',
    'a,b\r\nc,d\re,f',
    [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ],
  ],
  [
    'quotes, with commas, line breaks and doubled quotes',
    '"a,b","c\nd","e ""f"""',
    [['a,b', 'c\nd', 'e "f"']],
  ],
  ['a byte order mark', '\ufeffa,b', [['a', 'b']]],
  ['empty lines', 'a\n\n\nb\n', [['a'], ['b']]],
  [
    'empty cells at the end',
    'a,\n,b',
    [
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['spaces in quotes, and none around plain cells', ' a , b \n" c"', [['a', 'b'], [' c']]],
  ['nothing', '', []],
])('reads %s', (_title, text, rows) => {
  expect(parseCsv(text)).toEqual(rows);
});

test.each([
  ['that is not closed', 'a,"b\nc', 'line 1 has a quote that is misplaced or not closed.'],
  ['in the middle of a cell', 'a\nb"c"', 'line 2 has a quote'],
  ['behind a space', 'a, "b"', 'line 1 has a quote'],
  ['in front of more text', 'a\nb\n"c"d', 'line 3 has a quote'],
])('refuses a quote %s', (_title, text, message) => {
  expect(() => parseCsv(text)).toThrow(message);
});

test('reads what it was written from', () => {
  const cell = fc.string().filter((text) => text.trim() === text && text !== '');
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, (given) => {
      const text = given
        .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
        .join('\r\n');
      expect(parseCsv(text)).toEqual(given);
    }),
  );
});
