import fc from 'fast-check';

import type { ClientRecord } from 'express-client-jwt';

import { ClientsParser, clientsText } from '../../lib/stores/clients-text';
import { reports } from '../support/clients';

const FILE = 'clients.json';

/** Parses a text in pieces of this length. */
function parse(text: string, length = text.length || 1): readonly ClientRecord[] {
  const parser = new ClientsParser(FILE);
  const records: ClientRecord[] = [];
  for (let at = 0; at < text.length; at += length)
    records.push(...parser.feed(text.slice(at, at + length)));
  return [...records, ...parser.end()];
}

const textOf = (records: readonly ClientRecord[]) => [...clientsText(records)].join('');
const many = Array.from({ length: 1200 }, (_, index) => reports({ clientId: `c${String(index)}` }));

/** Any JSON, which also has the characters that end strings, records and arrays. */
const anyRecord = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.string(), fc.constantFrom('"', '\\', '\\"', ']}', '[{', ',', '\n', 'é', '😀')),
);
const anyFile = fc
  .tuple(fc.array(anyRecord), fc.constantFrom(undefined, 2, '\t'))
  .map(([clients, indent]) => JSON.stringify({ clients }, null, indent));

describe('the text of a clients file', () => {
  test.each([[[]], [[reports()]], [many]])('is the JSON of its clients, indented', (clients) => {
    expect(textOf(clients)).toBe(`${JSON.stringify({ clients }, null, 2)}\n`);
  });

  test('is parsed to the same records, whatever its pieces are', () => {
    fc.assert(
      fc.property(anyFile, fc.integer({ min: 1, max: 50 }), (text, length) => {
        const { clients } = JSON.parse(text) as { clients: unknown[] };
        expect(parse(text, length)).toEqual(clients);
      }),
      { numRuns: 500 },
    );
  });

  test('is refused if one character of it is changed and it is no JSON any more', () => {
    const character = fc.constantFrom('', '"', '\\', '[', ']', '{', '}', ',', ':', 'x', ' ', '1');
    const spoilt = fc
      .tuple(anyFile, fc.nat(), fc.boolean(), character)
      .map(([text, place, replaces, inserted]) => {
        const at = place % text.length;
        return text.slice(0, at) + inserted + text.slice(replaces ? at + 1 : at);
      });
    fc.assert(
      fc.property(spoilt, fc.integer({ min: 1, max: 50 }), (text, length) => {
        const outcome = (read: () => unknown) => {
          try {
            return JSON.stringify(read());
          } catch {
            return 'refused';
          }
        };
        const whole = outcome(() => {
          const content = JSON.parse(text) as { clients: unknown[] };
          if (Object.keys(content).join() !== 'clients' || !Array.isArray(content.clients))
            throw new Error('It has another form.');
          return content.clients;
        });
        expect(outcome(() => parse(text, length))).toBe(whole);
      }),
      { numRuns: 3000 },
    );
  });

  test('gives out records before it has ended', () => {
    const parser = new ClientsParser(FILE);
    const text = textOf(many);
    expect(parser.feed(text.slice(0, text.length / 2)).length).toBeGreaterThan(500);
  });
});

describe('a malformed clients file is refused with the place', () => {
  const good = textOf(many);
  const lines = good.split('\n').length;
  const lineOf900 = good.slice(0, good.indexOf('"c900"')).split('\n').length;
  test.each<[string, string, string]>([
    ['if it is empty', '', 'is not JSON (line 1, column 1).'],
    ['if it is cut off in a record', good.slice(0, -40), `(line ${String(lines - 5)}, column`],
    ['if it is cut off after a record', '{"clients": [{},\n', '(line 2, column 1)'],
    ['if it is cut off after its clients', '{"clients":\n[]\n', '(line 3, column 1)'],
    [
      'if a comma is missing',
      good.replace('"c900",', '"c900"'),
      `(line ${String(lineOf900 + 1)}, column 7)`,
    ],
    ['if a comma is doubled', '{"clients":[{},\n,{}]}', 'is not JSON'],
    ['if a comma has no record before it', '{"clients":[\n,{}]}', 'is not JSON'],
    ['if a comma has no record after it', '{"clients":[{},\n ]}', 'is not JSON'],
    ['if its array ends like an object', '{"clients":[{}\n}}', '(line 2, column 1)'],
    ['if there is text after its end', '{"clients":[]}\n {}', '(line 2, column 2)'],
  ])('%s', (_title, text, message) => {
    for (const length of [1, 7, text.length || 1])
      expect(() => parse(text, length)).toThrow(message);
  });

  test('with its line, also far behind the first record', () => {
    const cut = good.slice(0, good.indexOf('"c900"') + 3);
    expect(() => parse(cut, 1000)).toThrow(`(line ${String(lineOf900)}, column 22)`);
  });

  test.each([
    ['{"clients":[],"clients":[]}', 'clients.json has the field "clients" twice.'],
    [
      '{"clients":[],"cleints":[]}',
      'clients.json has no field "cleints". The fields are: clients.',
    ],
    [
      '{"cleints":[],"clients":[]}',
      'clients.json has no field "cleints". The fields are: clients.',
    ],
    ['{"clients":{}}', 'clients.json must be an object { "clients": [ … ] }; it is an object.'],
    ['[]', 'clients.json must be an object { "clients": [ … ] }; it is an empty array.'],
  ])('and %s with the reason', (text, message) => {
    for (const length of [3, text.length])
      expect(() => parse(text, length)).toThrow(new TypeError(message));
  });
});
