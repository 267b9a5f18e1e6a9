/** The subpath for tests works in other test runners than jest. */
import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { createProject, MINUTES, run, type Project } from './project';

let project: Project;

beforeAll(async () => {
  project = await createProject();
  for (const file of ['testing.cjs', 'testing.node-test.cjs', 'testing.test.mjs'])
    cpSync(path.join(__dirname, 'fixtures', file), path.join(project.folder, file));
  const vitest = path.join(__dirname, 'node_modules/vitest');
  symlinkSync(vitest, path.join(project.folder, 'node_modules/vitest'), 'junction');
}, MINUTES);

afterAll(() => {
  project.remove();
});

test(
  'node:test runs the contract suites, a minted token and openRoutes',
  async () => {
    const args = ['--test', '--test-reporter=tap', 'testing.node-test.cjs'];
    const output = await run(project.folder, process.execPath, ...args);
    expect(output).toContain('# fail 0\n');
    expect(Number(/# pass (\d+)\n/.exec(output)?.[1])).toBeGreaterThan(30);
  },
  MINUTES,
);

test(
  'Vitest runs the contract suites, a minted token and openRoutes',
  async () => {
    const vitest = path.join(project.folder, 'node_modules/vitest/vitest.mjs');
    const args = ['run', '--no-color', 'testing.test.mjs'];
    const output = await run(project.folder, process.execPath, vitest, ...args);
    expect(output).not.toContain('failed');
    expect(Number(/(\d+) passed \(\d+\)\s*Start/.exec(output)?.[1])).toBeGreaterThan(30);
  },
  MINUTES,
);
