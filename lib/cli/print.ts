/** Escapes characters that could control a terminal or reorder a line, except those in `keep`. */
export function printable(text: string, keep = ''): string {
  const escape = (character: string) =>
    keep.includes(character)
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    escape,
  );
}

/** Formats JSON for programs, with the same escapes inside its texts. */
export function printableJson(value: unknown): string {
  return printable(JSON.stringify(value, undefined, 2), '\n');
}

/** Writes a number with its noun: `1 client`, `2 clients`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Formats columns that are as wide as their widest cell. */
export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map((cell) => printable(cell)));
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
