// Mutation testing of one room of lib by the tests that mirror it: ROOM=keys npx stryker run .ci/stryker.mjs
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const room = process.env.ROOM;
if (!room) throw new Error('Set ROOM to a folder of lib, such as keys.');

// Set once, by the first process: its children inherit it.
if (process.env.COVERED_MUTANTS === undefined) {
  process.env.COVERED_MUTANTS = path.resolve(`reports/covered-${room}`);
  rmSync(process.env.COVERED_MUTANTS, { recursive: true, force: true });
}

/** Rooms whose rules have a folder of tests of their own, or that are tested through the app. */
const FURTHER_TESTS = {
  tokens: ['rfc'],
  http: ['rfc', 'guarding', 'issuing'],
  guarding: ['http', 'rfc'],
  issuing: ['http'],
};

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [`lib/${room}/**/*.ts`],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  // A mutant that never responds is caught by the timeout of its first test.
  jest: {
    config: {
      testTimeout: 5000,
      testEnvironment: fileURLToPath(new URL('fail-fast-environment.cjs', import.meta.url)),
      testSequencer: fileURLToPath(new URL('mirror-first-sequencer.cjs', import.meta.url)),
      roots: [room, ...(FURTHER_TESTS[room] ?? [])].map(
        (folder) => `<rootDir>/__tests__/${folder}`,
      ),
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { reportTests: false, allowColor: false },
  jsonReporter: { fileName: `reports/mutation-${room}.json` },
  tempDirName: '.stryker-tmp',
  thresholds: { high: 95, low: 90, break: 85 },
};
