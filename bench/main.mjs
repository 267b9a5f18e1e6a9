// Measures the package against similar packages and writes bench/results. All sections take about an hour. It measures
// the version of Node.js that runs it.
//
//   npm run bench
//   npm run bench -- guarding harm     measures these sections only
//   npm run bench -- --quick           runs all sections for a moment to test the benchmark, and writes nothing
//   npm run bench -- --render          measures nothing, and writes the tables and charts again from the JSON files
import { availableParallelism, cpus } from 'node:os';

import { report } from './report.mjs';
import { isMainVersion, render, save } from './results.mjs';
import { guarding } from './sections/guarding.mjs';
import { harm } from './sections/harm.mjs';
import { issuing } from './sections/issuing.mjs';
import { memory } from './sections/memory.mjs';
import { scale } from './sections/scale.mjs';
import { start } from './sections/start.mjs';

const SECTIONS = { guarding, issuing, harm, scale, memory, start };
const QUICK = {
  guarding: { starts: 1, rounds: 1, requests: 50, warmUp: 50, firstWarmUp: 50 },
  issuing: { rounds: 1, seconds: 0.5, clientCount: 4 },
  harm: { rounds: 1, seconds: 0.5 },
  scale: { counts: [1, 100], requests: 200 },
  memory: { million: 2000, tokens: 2000, secrets: 1100 },
  start: { rounds: 1 },
};

/** On other versions of Node.js than the main one, only the guards are published, with one algorithm. */
const SHORT = { guarding: { algorithms: ['HS256'], starts: 2 } };

async function measure(names, isQuick) {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  const machine = `Node ${process.version}, ${availableParallelism()} cores of ${model}`;
  const results = {};
  for (const name of names) {
    console.error(`${name} …`);
    const effort = isQuick ? QUICK[name] : isMainVersion ? {} : SHORT[name];
    results[name] = { machine, figures: await SECTIONS[name](effort) };
    if (!isQuick) save(name, results[name]);
  }
  if (!isQuick) render();
  console.log(report(results));
}

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg === '--quick' || arg === '--render');
const names = args.filter((arg) => !flags.includes(arg));
const unknown = names.find((name) => !Object.hasOwn(SECTIONS, name));
if (unknown !== undefined) {
  const known = Object.keys(SECTIONS).join(', ');
  console.error(`Unknown section "${unknown}". Use --quick, --render, or sections of: ${known}`);
  process.exitCode = 1;
} else if (flags.includes('--render')) render();
else await measure(names.length > 0 ? names : Object.keys(SECTIONS), flags.includes('--quick'));
