// For mutation testing. Once a test has failed, the mutant is found out: the tests after it, in all files, would only wait
// for answers that never come.
const { TestEnvironment } = require('jest-environment-node');

let foundOut;

module.exports = class FailFastEnvironment extends TestEnvironment {
  handleTestEvent({ name, test }) {
    const mutant = this.global.__stryker__?.activeMutant;
    if (mutant === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) foundOut = mutant;
    if (name === 'test_start' && mutant === foundOut) test.mode = 'skip';
  }
};
