#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { codeOf } from '../internal/errors';
import { run, type Result } from './run';
import { terminal } from './terminal';

/** Writes a text. Rejects if that fails, such as for a full disk or a closed pipe. */
function write(stream: NodeJS.WriteStream, written: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(written, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/**
 * Writes the output and returns the exit code. A closed pipe (`| head`) fails only if a secret is
 * lost.
 */
async function finish({ stdout, stderr, exitCode, takeBack }: Result): Promise<number> {
  try {
    if (stdout !== '') await write(process.stdout, stdout);
    await write(process.stderr, stderr).catch(() => undefined);
    return exitCode;
  } catch (cause) {
    if (takeBack === undefined) return codeOf(cause) === 'EPIPE' ? exitCode : 1;
    const done = await takeBack().then(
      () => 'the new secret was taken back.',
      () => 'the new secret could not be taken back: retire it by its label.',
    );
    const lost = `express-client-jwt: The output could not be written, and ${done}\n`;
    await write(process.stderr, lost).catch(() => undefined);
    return 1;
  }
}

const manifest = path.join(__dirname, '../../package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

let isDone = false;
// A module of the project may end the process or never settle, which must not look like success.
process.once('exit', () => {
  if (isDone) return;
  process.exitCode = 1;
  process.stderr.write('express-client-jwt: The process ended before the command was done.\n');
});

void run(process.argv.slice(2), terminal, version).then(async (result) => {
  const exitCode = await finish(result);
  await result.close?.();
  isDone = true;
  process.exitCode = exitCode;
  if (result.isForeign === true) process.exit();
});
