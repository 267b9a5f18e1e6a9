// Stores the figures of each section as results/<section>.json, and writes the tables and charts made of them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { charts } from './charts.mjs';
import { report, scaleTable, startTable, summaryTable, versionsTable } from './report.mjs';
import { round } from './tools/markdown.mjs';

const RESULTS = new URL('results/', import.meta.url);
const JSON_EXTENSION = '.json';
const MAX_LINE = 200;

const write = (name, text) => writeFileSync(new URL(name, RESULTS), text);

/** The version of Node.js whose figures are published in full. */
const MAIN_VERSION = 24;
const major = Number(process.versions.node.split('.')[0]);
export const isMainVersion = major === MAIN_VERSION;
const suffix = isMainVersion ? '' : `-node${major}`;

export function save(section, result) {
  write(`${section}${suffix}${JSON_EXTENSION}`, `${format(result)}\n`);
}

/** Writes README.md, the tables of other pages and the charts from the JSON files. */
export function render() {
  const files = readdirSync(RESULTS).filter((file) => file.endsWith(JSON_EXTENSION));
  const results = Object.fromEntries(
    files.map((file) => [
      file.slice(0, -JSON_EXTENSION.length),
      JSON.parse(readFileSync(new URL(file, RESULTS), 'utf8')),
    ]),
  );
  write('README.md', report(results));
  for (const [file, text] of Object.entries(excerpts(results))) write(file, `${text}\n`);
  for (const [file, svg] of Object.entries(charts(results))) write(file, svg);
}

/** The tables that other pages show, by file name. */
function excerpts(results) {
  const versions = versionsTable(results);
  return {
    ...(results.guarding && { 'summary.md': summaryTable(results.guarding.figures) }),
    ...(versions && { 'versions.md': versions }),
    ...(results.start && { 'start.md': startTable(results.start.figures) }),
    ...(results.scale && { 'scale.md': scaleTable(results.scale.figures) }),
  };
}

/** Formats JSON with rounded numbers and each value on one line if it fits. */
function format(value, indent = '') {
  const line = JSON.stringify(value, (_key, item) =>
    typeof item === 'number' ? round(item) : item,
  );
  if (line.length <= MAX_LINE) return line;
  const isArray = Array.isArray(value);
  const inner = `${indent} `;
  const lines = Object.entries(value).map(([key, item]) => {
    const label = isArray ? '' : `${JSON.stringify(key)}: `;
    return `${inner}${label}${format(item, inner)}`;
  });
  const [open, close] = isArray ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
