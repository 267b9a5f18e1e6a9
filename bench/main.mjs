// Measures the package against its peers. Everything takes about an hour; sections can be named:
//
//   npm run bench
//   npm run bench -- guarding harm
//   npm run bench -- --quick           each contender for a moment, to see that all of it works; writes nothing
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

import { charts, report, summaryTable } from './report.mjs';
import { cores } from './sections/cores.mjs';
import { guarding } from './sections/guarding.mjs';
import { harm } from './sections/harm.mjs';
import { issuingAgain, issuingFirst } from './sections/issuing.mjs';
import { memory } from './sections/memory.mjs';
import { starting } from './sections/start.mjs';
import { steps } from './sections/steps.mjs';

const RESULTS = new URL('results/', import.meta.url);

/** Each with the effort of a quick run. */
const sections = {
  guarding: [guarding, { starts: 1, rounds: 1, requests: 50, warmUp: 50, firstWarmUp: 50 }],
  steps: [steps, { rounds: 2, requests: 20 }],
  issuing: [
    async (again, first) => ({
      again: await issuingAgain(again),
      first: await issuingFirst(first),
    }),
    { rounds: 1, seconds: 0.5, clientCount: 4 },
    { rounds: 1, quietSeconds: 0.5, clientCount: 4 },
  ],
  harm: [harm, { rounds: 1, seconds: 0.5 }],
  memory: [memory, { million: 2000, remembered: 2000, secrets: 1100 }],
  start: [starting, { rounds: 1 }],
  cores: [cores, { rounds: 1, seconds: 0.5 }],
};

const isQuick = process.argv.includes('--quick');
const named = process.argv.slice(2).filter((argument) => argument !== '--quick');
const unknown = named.filter((name) => !(name in sections));
if (unknown.length > 0)
  throw new Error(
    `There is no section ${unknown.join(', ')}: ${Object.keys(sections).join(', ')}.`,
  );

/** What was measured, and on what: a section can be measured again elsewhere. */
const [{ model }] = cpus();
const machine = `Node ${process.version}, ${availableParallelism()} cores of ${model.trim()}`;
const results = {};
for (const name of named.length > 0 ? named : Object.keys(sections)) {
  console.error(`${name} …`);
  const [measure, ...quick] = sections[name];
  results[name] = { machine, figures: await measure(...(isQuick ? quick : [])) };
  if (!isQuick) keep(name, results[name]);
}
console.log(report(results));

/** Files the result beside those of the other sections, and draws everything anew. */
function keep(section, result) {
  const write = (name, text) => writeFileSync(new URL(name, RESULTS), text);
  mkdirSync(RESULTS, { recursive: true });
  write(`${section}.json`, `${JSON.stringify(result, undefined, 1)}\n`);
  const names = readdirSync(RESULTS).filter((file) => file.endsWith('.json'));
  const all = Object.fromEntries(
    names.map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(new URL(file, RESULTS), 'utf8')),
    ]),
  );
  write('README.md', report(all));
  write('summary.md', summaryTable(all));
  for (const [file, svg] of Object.entries(charts(all))) write(file, svg);
}
