/** The fake timers of other test runners move the time of the package. */
import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { createProject, MINUTES, run, type Project } from './project';

let project: Project;

beforeAll(async () => {
  project = await createProject();
  for (const file of ['clock.cjs', 'clock.node-test.cjs', 'clock.test.mjs'])
    cpSync(path.join(__dirname, 'fixtures', file), path.join(project.folder, file));
  const vitest = path.join(__dirname, 'node_modules/vitest');
  symlinkSync(vitest, path.join(project.folder, 'node_modules/vitest'), 'junction');
}, MINUTES);

afterAll(() => {
  project.remove();
});

test(
  'the fake timers of node:test move every clock of the package, set before it or after it',
  async () => {
    const output = await run(
      project.folder,
      process.execPath,
      ...['--test', '--test-reporter=tap', 'clock.node-test.cjs'],
    );
    expect(output).toContain('# pass 16\n');
  },
  MINUTES,
);

test(
  'the fake timers and spies of Vitest move every clock of the package, set before it or after it',
  async () => {
    const vitest = path.join(project.folder, 'node_modules/vitest/vitest.mjs');
    const args = ['run', '--no-color', 'clock.test.mjs'];
    expect(await run(project.folder, process.execPath, vitest, ...args)).toMatch(/24 passed/);
  },
  MINUTES,
);
