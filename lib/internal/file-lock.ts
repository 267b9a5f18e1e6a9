import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { codeOf } from './errors';
import { isTemporaryOf, temporaryOf } from './files';

const RETRY_MS = 20;
/** A change takes milliseconds: who holds a lock for this long is dead, or stopped. */
const LOCK_TIMEOUT_MS = 10_000;
/** A temporary file of this age belongs to a process that was killed. */
const LEFTOVER_MS = 3_600_000;

/**
 * Does this while no other process does it for the same file, and removes what killed processes
 * left behind. Rejects with an Error that names the lock and its process if the lock cannot be had
 * in time: it is never broken, since its process may be slow rather than dead.
 */
export async function withFileLock<T>(
  file: string,
  action: () => Promise<T>,
  timeoutMs = LOCK_TIMEOUT_MS,
): Promise<T> {
  const lock = `${file}.lock`;
  await takeLock(lock, timeoutMs);
  try {
    await removeLeftovers(file, lock);
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += RETRY_MS) {
    if (await tryLock(lock)) return;
    const holder = await readHolder(lock);
    // Asked twice: it may have ended in order, and the lock with it.
    if (isDead(holder) && (await readHolder(lock)) === holder) throw heldBy(lock, holder);
    await delay(RETRY_MS);
  }
  throw heldBy(lock, await readHolder(lock));
}

/** The lock is written under another name first, so it is never there without its process. */
async function tryLock(lock: string): Promise<boolean> {
  const temporary = temporaryOf(lock);
  const text = `${String(process.pid)} ${hostname()}`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await link(temporary, lock).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error;
      // Not every file system has hard links.
      await writeFile(lock, text, { mode: 0o600, flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** What the lock says of its process: `PID HOST`. */
async function readHolder(lock: string): Promise<string> {
  return readFile(lock, 'utf8').catch(() => '');
}

/** Whether the process is known to be gone. That of another host, or container, may run. */
function isDead(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  if (!/^\d+$/.test(pid ?? '') || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function heldBy(lock: string, holder: string): Error {
  const [pid = '', host] = holder.split(' ');
  const by = `${lock} is held by process ${pid || 'unknown'}${host ? ` on ${host}` : ''}`;
  return new Error(
    isDead(holder)
      ? `${by}, which has ended. Delete the file and try again.`
      : `${by}. If that process is gone, delete the file and try again.`,
  );
}

async function removeLeftovers(file: string, lock: string): Promise<void> {
  const folder = path.dirname(file);
  // The clock of the drive, which may be on another machine.
  const nowMs = await mtimeMs(lock);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => isTemporaryOf(file, each))) {
    const leftover = path.join(folder, name);
    if (nowMs - (await mtimeMs(leftover)) > LEFTOVER_MS)
      await rm(leftover, { force: true }).catch(() => undefined);
  }
}

async function mtimeMs(file: string): Promise<number> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.mtimeMs ?? NaN;
}
