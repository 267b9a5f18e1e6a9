/**
 * One segment of a path: a text, `:` for a parameter, `*` for a wildcard. A symbol stands for what
 * cannot be compared, such as a regular expression.
 */
export type Segment = string | symbol;

/** A path of Express as its segments, and as people read it. */
export interface PathPattern {
  readonly segments: readonly Segment[];
  readonly text: string;
}

/** The pattern of the root, which is the prefix of all others. */
export const ROOT: PathPattern = { segments: [], text: '' };

/** Parses a path of Express, or the place of one that is not known. */
export function parsePath(path: unknown): PathPattern {
  if (typeof path !== 'string') {
    const text = path instanceof RegExp ? String(path) : '/(unknown path)';
    return { segments: [Symbol(text)], text };
  }
  // `//` matches only itself, although it looks like an empty segment.
  if (path.includes('//')) return { segments: [Symbol(path)], text: path };
  // Express 5 has optional parts: `/files{/:name}`.
  const parts = path.replaceAll('{/', '/{').split('/').filter(Boolean);
  return { segments: parts.map(parseSegment), text: path === '/' ? '' : path.replace(/\/$/, '') };
}

function parseSegment(part: string): Segment {
  if (/^[\w\-.~%@,;=&]+$/.test(part)) return part;
  if (/^:\w+$/.test(part)) return ':';
  return /^\*\w*$/.test(part) ? '*' : Symbol(part);
}

/** Appends a path to the path of its mount. */
export function join(prefix: PathPattern, path: PathPattern): PathPattern {
  return {
    segments: [...prefix.segments, ...path.segments],
    text: prefix.text + path.text,
  };
}

/** How a pattern is compared. */
export interface Comparison {
  readonly isCaseSensitive: boolean;
  /** Whether the whole path must match, and not only its beginning. */
  readonly isWhole: boolean;
}

/**
 * Checks whether every request for `path` also matches `pattern`. The result is false if that is
 * not certain.
 */
export function covers(
  pattern: readonly Segment[],
  path: readonly Segment[],
  { isCaseSensitive, isWhole }: Comparison,
): boolean {
  const isWild = pattern.at(-1) === '*';
  if (isWhole && !isWild && pattern.length !== path.length) return false;
  return pattern.every((segment, index) => {
    const other = path[index];
    if (other === undefined) return false;
    if (segment === '*') return isWild && index === pattern.length - 1;
    if (segment === ':') return typeof other === 'string' && other !== '*';
    if (typeof segment === 'symbol' || typeof other === 'symbol') return segment === other;
    const isSame = isCaseSensitive ? segment === other : fold(segment) === fold(other);
    // A parameter may have any value, so a fixed text does not cover it.
    return isSame && other !== ':' && other !== '*';
  });
}

const fold = (text: string): string => text.toLowerCase();
