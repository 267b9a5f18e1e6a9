/** Tests the package in runtimes other than that of jest. `npm run test:places` installs them. */
import { createProject, MINUTES, runFlow, type Project } from './project';
import { findRuntimes } from './runtimes';

const runtimes = findRuntimes();
let project: Project;

beforeAll(async () => {
  process.env.DENO_NO_UPDATE_CHECK = '1';
  project = await createProject();
  process.env.DENO_DIR = project.createFolder('deno');
}, MINUTES);

afterAll(() => {
  project.remove();
});

test('a runtime is installed, unless this system is not Linux on x64', () => {
  const isPackedFor = process.platform === 'linux' && process.arch === 'x64';
  expect(runtimes.length > 0 || !isPackedFor).toBe(true);
});

for (const { name, file, args, permissions } of runtimes) {
  test(
    `${name} issues tokens, guards routes, hashes in worker threads, and exits by itself`,
    async () => {
      expect(await runFlow(project.folder, file, ...args, 'flow.cjs')).toMatchObject({
        statuses: [200, 403, 200, 401, 200],
        warnings: [],
        workers: 2,
      });
    },
    MINUTES,
  );

  if (permissions === undefined) continue;

  test(
    `${name} without permission for workers hashes inline, and warns once for two pools`,
    async () => {
      const outcome = await runFlow(project.folder, file, ...permissions, 'flow.cjs');
      expect(outcome).toMatchObject({ statuses: [200, 403, 200, 401, 200], workers: 0 });
      expect(outcome.warnings).toEqual([
        {
          code: 'EXPRESS_CLIENT_JWT_NO_WORKER',
          message: expect.stringMatching(/ERR_ACCESS_DENIED.* --allow-worker$/) as string,
        },
      ]);
    },
    MINUTES,
  );

  test(
    `${name} with permission for workers hashes in worker threads, without a warning`,
    async () => {
      const allowed = [...permissions, '--allow-worker'];
      expect(await runFlow(project.folder, file, ...allowed, 'flow.cjs')).toMatchObject({
        statuses: [200, 403, 200, 401, 200],
        warnings: [],
        workers: 2,
      });
    },
    MINUTES,
  );
}
