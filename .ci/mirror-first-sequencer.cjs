// For mutation testing: the tests that mirror the room come first, small files before large ones, since the first failure
// settles a mutant.
const { statSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

module.exports = class MirrorFirstSequencer extends Sequencer {
  sort(tests) {
    const mirror = `${path.sep}__tests__${path.sep}${process.env.ROOM}${path.sep}`;
    const weight = (file) => statSync(file).size + (file.includes(mirror) ? 0 : 1e9);
    return [...tests].sort((a, b) => weight(a.path) - weight(b.path));
  }
};
