// Mutation testing of one room of lib by the tests that mirror it: ROOM=keys npx stryker run .ci/stryker.mjs
import { fileURLToPath } from 'node:url';

const room = process.env.ROOM;
if (!room) throw new Error('ROOM is not set: keys, tokens, clients or http.');

// The rules of the RFCs for tokens and for HTTP have a folder of tests of their own.
const folders = ['tokens', 'http'].includes(room) ? [room, 'rfc'] : [room];

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [`lib/${room}/*.ts`],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  // A mutant that never answers is found out by the timeout of its first test.
  jest: {
    config: {
      testTimeout: 3000,
      testEnvironment: fileURLToPath(new URL('fail-fast-environment.cjs', import.meta.url)),
      roots: folders.map((folder) => `<rootDir>/__tests__/${folder}`),
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
