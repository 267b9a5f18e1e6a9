/**
 * Parses CSV (RFC 4180) into rows of cells. A byte order mark and empty lines are left out.
 *
 * @throws Error that names the line, and shows no cell, if a quote is not closed or misplaced.
 */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const source = text.replace(/^\ufeff/, '');
  // A cell, quoted or not, and what ends it.
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|\r|$)/y;
  while (cell.lastIndex < source.length) {
    const start = cell.lastIndex;
    const [, content = '', end] = cell.exec(source) ?? [];
    if (end === undefined)
      throw new Error(
        `line ${String(lineAt(source, start))} has a quote that is misplaced or not closed.`,
      );
    const isQuoted = content.startsWith('"');
    row.push(isQuoted ? content.slice(1, -1).replaceAll('""', '"') : content.trim());
    const isLast = end !== ',' || cell.lastIndex === source.length;
    if (end === ',' && isLast) row.push('');
    if (!isLast) continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;
