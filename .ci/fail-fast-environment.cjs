// For mutation testing. Once a test has failed, the mutant is found out: the tests after it, in all files, would only wait
// for responses that never come. The first run, without a mutant, notes which mutants each file of tests covers.
const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

let foundOut;

module.exports = class FailFastEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.testPath = context.testPath;
    this.testIds = new Set();
  }

  handleTestEvent({ name, test }) {
    const { activeMutant, currentTestId } = this.global.__stryker__ ?? {};
    if (activeMutant === undefined) {
      if (name === 'test_done') this.testIds.add(currentTestId);
      return;
    }
    if (name === 'test_done' && test.errors.length > 0) foundOut = activeMutant;
    if (name === 'test_start' && activeMutant === foundOut) test.mode = 'skip';
  }

  async teardown() {
    const { activeMutant, mutantCoverage } = this.global.__stryker__ ?? {};
    if (activeMutant === undefined && mutantCoverage !== undefined) {
      const perTest = [...this.testIds].map((id) => mutantCoverage.perTest[id] ?? {});
      const note = path.join(process.env.COVERED_MUTANTS, `${path.basename(this.testPath)}.json`);
      mkdirSync(path.dirname(note), { recursive: true });
      writeFileSync(note, JSON.stringify([...new Set(perTest.flatMap(Object.keys))]));
    }
    await super.teardown();
  }
};
