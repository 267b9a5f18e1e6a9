/** The subpath for tests works in other test runners than jest. */
import { createVitestProject, MINUTES, runNodeTest, runVitest, type Project } from './project';

let project: Project;

beforeAll(async () => {
  project = await createVitestProject('testing.cjs', 'testing.node-test.cjs', 'testing.test.mjs');
}, MINUTES);

afterAll(() => {
  project.remove();
});

test(
  'node:test runs the contract suites, a minted token and openRoutes',
  async () => {
    const output = await runNodeTest(project, 'testing.node-test.cjs');
    expect(output).toContain('# fail 0\n');
    expect(Number(/# pass (\d+)\n/.exec(output)?.[1])).toBeGreaterThan(30);
  },
  MINUTES,
);

test(
  'Vitest runs the contract suites, a minted token and openRoutes',
  async () => {
    const output = await runVitest(project, 'testing.test.mjs');
    expect(output).not.toContain('failed');
    expect(Number(/(\d+) passed \(\d+\)\s*Start/.exec(output)?.[1])).toBeGreaterThan(30);
  },
  MINUTES,
);
