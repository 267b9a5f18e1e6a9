/** Reads the code of an error, whichever copy of its class created it; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  const isObject = typeof error === 'object' && error !== null;
  const code = isObject ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
