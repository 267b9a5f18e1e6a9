import type express from 'express';
import type { Request, RequestHandler, Response } from 'express';

import { isObject } from '../internal/assert';

/** The parameters of a form. One that is empty counts as omitted (RFC 6749 §3.2). */
export type Form = ReadonlyMap<string, readonly string[]>;

/** Reads the form in the body of a request; undefined if it is malformed. Rejects if reading fails. */
export type FormReader = (req: Request, res: Response) => Promise<Form | undefined>;

/** The longest body of a request for a token, in bytes. */
export const LONGEST_FORM = 8192;
const MOST_PARAMETERS = 32;

/** Parameters that may be sent more than once (RFC 8707 §2). */
const LISTS = ['resource'];

const FORM_TYPE = /^application\/x-www-form-urlencoded *(;|$)/i;

/**
 * Creates a reader of forms of at most `longest` bytes. It uses Express's own parser, or the body
 * that another parser of the app has left. The parser is loaded here, because most apps need none.
 */
export function createFormReader(longest: number): FormReader {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on demand
  const { urlencoded } = require('express') as typeof express;
  const parse: RequestHandler = urlencoded({
    ...{ extended: false, inflate: false },
    ...{ limit: longest, parameterLimit: MOST_PARAMETERS },
  });
  return async (req, res) => {
    if (!FORM_TYPE.test(req.headers['content-type'] ?? '')) return undefined;
    const fault = await new Promise<unknown>((resolve) => {
      parse(req, res, resolve);
    });
    if (fault === undefined)
      return isTooLong(req.body, longest) ? undefined : toForm(entriesOf(req.body), longest);
    const { status } = fault as { status?: number };
    if (status !== undefined && status < 500) return undefined;
    throw fault as Error;
  };
}

/**
 * Checks whether a text or bytes are too long. A parser of the app may have accepted far more than we
 * do, so they are not even parsed.
 */
function isTooLong(body: unknown, longest: number): boolean {
  return (typeof body === 'string' || Buffer.isBuffer(body)) && body.length > longest;
}

/** Lists the parameters of a body as Express's parsers leave it: an object, a text or bytes. */
function* entriesOf(body: unknown): Generator<readonly [string, unknown]> {
  if (typeof body === 'string' || Buffer.isBuffer(body))
    yield* new URLSearchParams(body.toString('latin1'));
  else if (isObject(body)) {
    for (const [name, value] of Object.entries(body)) {
      if (Array.isArray(value)) for (const each of value) yield [name, each];
      else yield [name, value];
    }
  }
}

/**
 * Collects the values of each parameter; undefined if one is repeated, or the form is too large.
 * Nothing is read beyond the limits.
 */
function toForm(entries: Iterable<readonly [string, unknown]>, longest: number): Form | undefined {
  const form = new Map<string, string[]>();
  let [length, count] = [0, 0];
  for (const [name, value] of entries) {
    if (typeof value !== 'string') return undefined;
    length += name.length + value.length + 1;
    count += 1;
    const values = form.get(name) ?? [];
    const isRepeated = values.length > 0 && !LISTS.includes(name);
    if (isRepeated || length > longest || count > MOST_PARAMETERS) return undefined;
    form.set(name, [...values, value]);
  }
  const given = [...form].map(([name, values]) => [name, values.filter(Boolean)] as const);
  return new Map(given.filter(([, values]) => values.length > 0));
}

/** Returns the value of a parameter that cannot be repeated. */
export function valueOf(form: Form, name: string): string | undefined {
  return form.get(name)?.[0];
}
