// For mutation testing: only the files whose tests cover the mutant, as the first run has noted. Those that mirror the room
// come first, small files before large ones, since the first failure settles a mutant.
const { readFileSync, statSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

function covers(file, mutant) {
  try {
    const note = path.join(process.env.COVERED_MUTANTS, `${path.basename(file)}.json`);
    return JSON.parse(readFileSync(note, 'utf8')).includes(mutant);
  } catch {
    return true;
  }
}

module.exports = class MirrorFirstSequencer extends Sequencer {
  sort(tests) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    const covering = tests.filter(({ path: file }) => mutant === undefined || covers(file, mutant));
    const mirror = `${path.sep}__tests__${path.sep}${process.env.ROOM}${path.sep}`;
    const weight = (file) => statSync(file).size + (file.includes(mirror) ? 0 : 1e9);
    // A mutant that counts when a module is loaded is covered by no single test.
    const chosen = covering.length > 0 ? covering : tests;
    return [...chosen].sort((a, b) => weight(a.path) - weight(b.path));
  }
};
