/** The fake timers of other test runners move the time of the package. */
import { createVitestProject, MINUTES, runNodeTest, runVitest, type Project } from './project';

let project: Project;

beforeAll(async () => {
  project = await createVitestProject('clock.cjs', 'clock.node-test.cjs', 'clock.test.mjs');
}, MINUTES);

afterAll(() => {
  project.remove();
});

test(
  'the fake timers of node:test move every clock of the package, set before it or after it',
  async () => {
    expect(await runNodeTest(project, 'clock.node-test.cjs')).toContain('# pass 16\n');
  },
  MINUTES,
);

test(
  'the fake timers and spies of Vitest move every clock of the package, set before it or after it',
  async () => {
    expect(await runVitest(project, 'clock.test.mjs')).toMatch(/24 passed/);
  },
  MINUTES,
);
