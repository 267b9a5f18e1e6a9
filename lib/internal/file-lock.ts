import { link, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { codeOf } from './errors';
import { isTemporaryOf, temporaryOf } from './files';

const RETRY_MS = 20;
/**
 * The longest wait for a lock, in milliseconds. A change is much faster, so its process is dead or
 * stopped.
 */
const LOCK_TIMEOUT_MS = 10_000;
/** The age in milliseconds at which a temporary file belongs to a killed process. */
const LEFTOVER_MS = 3_600_000;

/**
 * Runs an action while no other process runs one for the same file, and removes the files that
 * killed processes left. Rejects with an Error that names the lock and its process if the lock is
 * not free in time. A lock is never broken, because its process may only be slow.
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
    // Read twice, because a process that ends normally removes its lock.
    if ((await isDead(holder)) && (await readHolder(lock)) === holder)
      throw await heldBy(lock, holder);
    await delay(RETRY_MS);
  }
  throw await heldBy(lock, await readHolder(lock));
}

/**
 * Tries to take the lock. It is written under another name first, so that it always names its
 * process.
 */
async function tryLock(lock: string): Promise<boolean> {
  const temporary = temporaryOf(lock);
  const text = [String(process.pid), hostname(), await pidNamespace()].join(' ').trim();
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

/** Reads which process holds the lock: `PID HOST NAMESPACE`. */
async function readHolder(lock: string): Promise<string> {
  return readFile(lock, 'utf8').catch(() => '');
}

/** Containers share a host name at times, but not the numbers of their processes. Linux only. */
const pidNamespace = (): Promise<string> => readlink('/proc/self/ns/pid').catch(() => '');

/** Whether the process is known to be gone. That of another host or container may still run. */
async function isDead(holder: string): Promise<boolean> {
  const [pid, host, namespace = ''] = holder.split(' ');
  const isHere = host === hostname() && namespace === (await pidNamespace());
  if (!/^\d+$/.test(pid ?? '') || !isHere) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** The code of the error of a lock that another process holds. */
export const FILE_LOCKED = 'ERR_FILE_LOCKED';

async function heldBy(lock: string, holder: string): Promise<Error> {
  const [pid = '', host] = holder.split(' ');
  const by = `${lock} is held by process ${pid || 'unknown'}${host ? ` on ${host}` : ''}`;
  const message = (await isDead(holder))
    ? `${by}, which has ended. Delete the file and try again.`
    : `${by}. If that process is gone, delete the file and try again.`;
  return Object.assign(new Error(message), { code: FILE_LOCKED });
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
