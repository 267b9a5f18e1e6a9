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
    const activeMutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (activeMutant === undefined) {
      if (name === 'test_done') this.testIds.add(this.global.__stryker__?.currentTestId);
      return;
    }
    if (name === 'test_done' && test.errors.length > 0) foundOut = activeMutant;
    if (name === 'test_start' && activeMutant === foundOut) test.mode = 'skip';
  }

  async teardown() {
    const { mutantCoverage } = this.global.__stryker__ ?? {};
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined && mutantCoverage !== undefined) {
      const perTest = [...this.testIds].map((id) => mutantCoverage.perTest[id] ?? {});
      // What runs when a module is loaded, or outside of a test, belongs to no test but to the file.
      const ids = [mutantCoverage.static, ...perTest].flatMap(Object.keys);
      const note = path.join(process.env.COVERED_MUTANTS, `${path.basename(this.testPath)}.json`);
      mkdirSync(path.dirname(note), { recursive: true });
      writeFileSync(note, JSON.stringify([...new Set(ids)]));
    }
    await super.teardown();
  }
};
