import type { ClientRecord } from '../clients/client';
import { assertKnown, assertThat, isObject } from '../internal/assert';

/** How a file of clients starts, as JSON and with white space as JSON has it. */
const START = /^[ \t\r\n]*\{[ \t\r\n]*"clients"[ \t\r\n]*:[ \t\r\n]*\[/;

/** A text that does not start like this within so many characters has another form. */
const LONGEST_START = 1000;

/**
 * Parses the text of a clients file, `{ "clients": [ … ] }`, piece by piece, because parsing a
 * large one at once would block the event loop. The records are not checked.
 *
 * Its functions throw a TypeError that names the file and the place. It shows no text, which
 * contains hashes.
 */
export class ClientsParser {
  readonly #file: string;
  /** The text that is not parsed yet. */
  #text = '';
  /** The place of its first character, counted from 0. */
  #line = 0;
  #column = 0;
  /** The part of the file that the text belongs to. A file of another form is parsed at its end. */
  #part: 'start' | 'records' | 'end' | 'another form' = 'start';
  readonly #findCut = createFindCut();
  #isAfterComma = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Adds a piece of the text. Returns the records that it completes. */
  feed(piece: string): readonly ClientRecord[] {
    this.#text += piece;
    if (this.#part === 'start') this.#readStart();
    return this.#part === 'records' ? this.#readRecords() : [];
  }

  /** Ends the text. Returns the last records. */
  end(): readonly ClientRecord[] {
    if (this.#part === 'records') throw this.#notJson(this.#text.length);
    if (this.#part !== 'end') return this.#contentOf(this.#text, 0);
    const frame = '{"clients":[]';
    this.#contentOf(`${frame}${this.#text}`, frame.length);
    const isOnce = /^[ \t\r\n]*\}[ \t\r\n]*$/.test(this.#text);
    if (!isOnce) throw new TypeError(`${this.#file} has the field "clients" twice.`);
    return [];
  }

  #readStart(): void {
    const start = START.exec(this.#text)?.[0];
    if (start !== undefined) {
      this.#part = 'records';
      this.#skip(start.length);
    } else if (this.#text.length > LONGEST_START) this.#part = 'another form';
  }

  #readRecords(): readonly ClientRecord[] {
    const { cut, hasEnded } = this.#findCut(this.#text);
    if (cut === undefined) return [];
    const records = this.#parse(`[${this.#text.slice(0, cut)}]`, 1) as ClientRecord[];
    const mayBeEmpty = hasEnded && !this.#isAfterComma;
    const isClosed = !hasEnded || this.#text[cut] === ']';
    if (!isClosed || (records.length === 0 && !mayBeEmpty)) throw this.#notJson(cut);
    this.#isAfterComma = true;
    if (hasEnded) this.#part = 'end';
    this.#skip(cut + 1);
    return records;
  }

  /** Parses the text of a whole file. */
  #contentOf(text: string, offset: number): readonly ClientRecord[] {
    const content = this.#parse(text, offset);
    const isFile = isObject(content) && Array.isArray(content.clients);
    assertThat(isFile, this.#file, 'an object { "clients": [ … ] }', content);
    assertKnown(content, `${this.#file} has no field`, 'fields', ['clients']);
    return content.clients as ClientRecord[];
  }

  /**
   * Parses JSON in which the text starts at `offset`. The message of a syntax error is not used,
   * because it quotes the text.
   */
  #parse(json: string, offset: number): unknown {
    try {
      return JSON.parse(json);
    } catch (error) {
      const { message } = error as Error;
      const isCutOff = message.startsWith('Unexpected end');
      const position = isCutOff ? json.length : /position (\d+)/.exec(message)?.[1];
      throw this.#notJson(position === undefined ? undefined : Number(position) - offset);
    }
  }

  #notJson(position: number | undefined): TypeError {
    if (position === undefined) return new TypeError(`${this.#file} is not JSON.`);
    this.#skip(position);
    const place = `line ${String(this.#line + 1)}, column ${String(this.#column + 1)}`;
    return new TypeError(`${this.#file} is not JSON (${place}).`);
  }

  /** Drops text from the start. */
  #skip(count: number): void {
    const skipped = this.#text.slice(0, count);
    for (let at = skipped.indexOf('\n'); at >= 0; at = skipped.indexOf('\n', at + 1)) this.#line++;
    const lastBreak = skipped.lastIndexOf('\n');
    this.#column = lastBreak < 0 ? this.#column + count : count - lastBreak - 1;
    this.#text = this.#text.slice(count);
  }
}

/**
 * Finds where to cut the text of a JSON array: at its end, or else at the last comma between its
 * records. The next text starts after the cut.
 */
type FindCut = (text: string) => { readonly cut: number | undefined; readonly hasEnded: boolean };

/** Creates a {@link FindCut} that reads each character once. */
function createFindCut(): FindCut {
  let read = 0;
  let depth = 0;
  let isInString = false;
  return (text) => {
    let comma: number | undefined;
    for (; read < text.length; read++) {
      const code = text.charCodeAt(read);
      if (isInString) {
        // The character after a backslash cannot end the string.
        if (code === BACKSLASH) read++;
        else if (code === QUOTE) isInString = false;
      } else if (code === QUOTE) isInString = true;
      else if (code === COMMA && depth === 0) comma = read;
      else depth += DEPTH_CHANGES[code] ?? 0;
      if (depth < 0) return { cut: read, hasEnded: true };
    }
    if (comma !== undefined) read -= comma + 1;
    return { cut: comma, hasEnded: false };
  };
}

const [QUOTE, BACKSLASH, COMMA] = Buffer.from('"\\,');
/** How much each ASCII character that is not in a string changes the depth. */
const DEPTH_CHANGES = Int8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return Number('[{'.includes(character)) - Number(']}'.includes(character));
});

/** How many records a part of {@link clientsText} has. */
const RECORDS_A_PART = 500;

/** Creates the text of a clients file, in parts, because a large one would block the event loop. */
export function* clientsText(records: Iterable<ClientRecord>): Generator<string> {
  const all = [...records];
  const [start, end] = ['{\n  "clients": [', '\n  ]\n}'];
  yield start;
  for (let at = 0; at < all.length; at += RECORDS_A_PART) {
    const part = JSON.stringify({ clients: all.slice(at, at + RECORDS_A_PART) }, null, 2);
    yield `${at > 0 ? ',' : ''}${part.slice(start.length, -end.length)}`;
  }
  yield all.length > 0 ? `${end}\n` : ']\n}\n';
}
