import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { HASH, SECRET } from './support/clients';
import { KEY } from './support/mint';

const run = promisify(execFile);
const PACKAGE = path.join(__dirname, '..');

/** Runs a script with the built package in a new process. Rejects if it does not exit by itself. */
async function script(code: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, ['-e', code], {
    cwd: PACKAGE,
    timeout: 20_000,
  });
  return stdout + stderr;
}

const VERIFY = `
  const { bcryptVerifier } = require('express-client-jwt');
  const verifier = bcryptVerifier([{ clientId: 'reports', secrets: [{ hash: ${JSON.stringify(HASH)} }] }]);
  const ask = (clientSecret) => verifier.verify({ clientId: 'reports', clientSecret });`;

test('a process that only loads the package exits by itself', async () => {
  expect(await script(`require('express-client-jwt'); console.log('loaded')`)).toBe('loaded\n');
});

test('a process that forgets close() exits by itself once its calls have finished', async () => {
  const code = `${VERIFY} ask(${JSON.stringify(SECRET)}).then((client) => console.log(client.clientId));`;
  expect(await script(code)).toBe('reports\n');
});

test('a process that does not await its hash still gets it before it exits', async () => {
  const code = `${VERIFY} ask('wrong').then((client) => console.log('answer', client)); process.on('exit', () => console.log('exit'));`;
  expect(await script(code)).toBe('answer undefined\nexit\n');
});

test('an ES module can import the package by name', async () => {
  const code = `import { createJwtAuth, requireJwt } from 'express-client-jwt';
    createJwtAuth({ keys: ${JSON.stringify(KEY)}, verifier: { verify: async () => undefined } });
    console.log(typeof requireJwt());`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
    cwd: PACKAGE,
    timeout: 20_000,
  });
  expect(stdout).toBe('function\n');
});
