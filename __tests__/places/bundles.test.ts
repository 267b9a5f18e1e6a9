/** Tests the package in bundles that run without node_modules. `npm run test:places` installs the bundlers. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { createProject, MINUTES, run, runFlow, type Project } from './project';

let project: Project;

beforeAll(async () => {
  project = await createProject();
}, MINUTES);

afterAll(() => {
  project.remove();
});

test.each(['esbuild', 'webpack', 'rollup', 'ncc'])(
  'a bundle by %s hashes in worker threads, without a warning',
  async (bundler) => {
    const folder = project.createFolder(bundler);
    const script = path.join(__dirname, 'fixtures/bundle.mjs');
    await run(project.folder, process.execPath, script, bundler, project.folder, folder);
    expect(readdirSync(folder)).not.toContain('node_modules');
    expect(await runFlow(folder, process.execPath, 'app.cjs')).toMatchObject({
      statuses: [200, 403, 200, 401, 200],
      warnings: [],
      // One for hashSecret and one for the verifier; more would mean failed starts.
      workers: 2,
    });
  },
  2 * MINUTES,
);
