/**
 * One segment of a path: a text, or `:` for a parameter. A symbol stands for what cannot be
 * compared, such as a wildcard or a regular expression.
 */
export type Segment = string | symbol;

/**
 * Parses a path of Express into its segments. Each segment that is not plain is a symbol.
 */
export function parsePath(path: unknown): readonly Segment[] {
  // Express does not add a slash to the beginning, and `//` matches only itself.
  if (typeof path !== 'string' || !path.startsWith('/') || path.includes('//'))
    return [Symbol('not plain')];
  // Express 5 has optional parts: `/files{/:name}`.
  return path.replaceAll('{/', '/{').split('/').filter(Boolean).map(parseSegment);
}

function parseSegment(part: string): Segment {
  if (/^[\w\-.~%@,;=&]+$/.test(part)) return part;
  return /^:\w+$/.test(part) ? ':' : Symbol(part);
}

/** Returns a path as people read it, below the text of its mount. */
export function pathText(mount: string, path: unknown): string {
  if (path instanceof RegExp) return mount + String(path);
  if (typeof path !== 'string') return `${mount}/(unknown path)`;
  return mount + (path === '/' ? '' : path.replace(/\/$/, ''));
}

/**
 * Checks whether every request for `path` begins with `prefix`. Both are paths in the same router,
 * so they treat case alike. The result is false if that is not certain.
 */
export function isBelow(
  prefix: readonly Segment[],
  path: readonly Segment[],
  isCaseSensitive: boolean,
): boolean {
  return prefix.every((segment, index) => {
    const other = path[index];
    if (typeof segment === 'symbol' || typeof other !== 'string') return false;
    if (segment === ':') return true;
    const isSame = isCaseSensitive
      ? segment === other
      : segment.toLowerCase() === other.toLowerCase();
    // A parameter may have any value, so a fixed text does not cover it.
    return isSame && other !== ':';
  });
}
