import { types } from 'node:util';

/** Checks whether a value is an Error, also one of another realm, as those of jest and node:vm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Reads the code of an error, whichever copy of its class created it; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  const isObject = typeof error === 'object' && error !== null;
  const code = isObject ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
