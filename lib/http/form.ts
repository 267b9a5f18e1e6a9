import type express from 'express';
import type { Request, RequestHandler, Response } from 'express';

import { isObject } from '../internal/assert';

/** The parameters of a form. One that is empty counts as omitted (RFC 6749 §3.2). */
export type Form = ReadonlyMap<string, readonly string[]>;

/** Reads the form in the body of a request; undefined if it is malformed. Rejects if reading fails. */
export type FormReader = (req: Request, res: Response) => Promise<Form | undefined>;

/** The longest body in bytes, and the most characters of all parameters. */
const LONGEST_FORM = 8192;
const MOST_PARAMETERS = 32;

/** Parameters that may be sent more than once (RFC 8707 §2). */
const LISTS = ['resource'];

const FORM_TYPE = /^application\/x-www-form-urlencoded *(;|$)/i;

/**
 * Creates a reader of forms. It uses Express's own parser, or the body that another parser of the
 * app has left. The parser is loaded here, because most apps need none.
 */
export function createFormReader(): FormReader {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on demand
  const { urlencoded } = require('express') as typeof express;
  const parse: RequestHandler = urlencoded({
    ...{ extended: false, inflate: false },
    ...{ limit: LONGEST_FORM, parameterLimit: MOST_PARAMETERS },
  });
  return async (req, res) => {
    if (!FORM_TYPE.test(req.headers['content-type'] ?? '')) return undefined;
    const fault = await new Promise<unknown>((resolve) => {
      parse(req, res, resolve);
    });
    if (fault === undefined) return toForm(entriesOf(req.body));
    const { status } = fault as { status?: number };
    if (status !== undefined && status < 500) return undefined;
    throw fault as Error;
  };
}

/** Lists the parameters of a body as Express's parsers leave it: an object, a text or bytes. */
function entriesOf(body: unknown): readonly (readonly [string, unknown])[] {
  if (typeof body === 'string') return [...new URLSearchParams(body)];
  if (Buffer.isBuffer(body)) return entriesOf(body.toString('latin1'));
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each: unknown) => [name, each] as const),
  );
}

/** Collects the values of each parameter; undefined if one is repeated, or the form is too large. */
function toForm(entries: readonly (readonly [string, unknown])[]): Form | undefined {
  const form = new Map<string, string[]>();
  let length = 0;
  for (const [name, value] of entries) {
    if (typeof value !== 'string') return undefined;
    length += name.length + value.length + 1;
    form.set(name, [...(form.get(name) ?? []), value]);
  }
  const isRepeated = [...form].some(
    ([name, { length: count }]) => count > 1 && !LISTS.includes(name),
  );
  if (isRepeated || length > LONGEST_FORM || entries.length > MOST_PARAMETERS) return undefined;
  const given = [...form].map(([name, values]) => [name, values.filter(Boolean)] as const);
  return new Map(given.filter(([, values]) => values.length > 0));
}

/** Returns the value of a parameter that cannot be repeated. */
export function valueOf(form: Form, name: string): string | undefined {
  return form.get(name)?.[0];
}
