import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 20;
/** A change takes milliseconds: who holds a lock for this long is dead, or stopped. */
const LOCK_TIMEOUT_MS = 10_000;

/** Replaces a file as a whole: whoever reads it meanwhile has the old text or the new one, also after a power cut. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  // A link stays a link: what it points to is replaced.
  const target = await realpath(file).catch(() => path.resolve(file));
  const mode = await stat(target).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeAndSync(temporary, text, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(target));
}

async function writeAndSync(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(text);
    // The mode of `open` is cut by the umask.
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The rename itself has to reach the disk too. Some systems cannot open a folder for that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The new file is in place all the same.
  }
}

/**
 * Does this while no other process does it for the same file. Rejects with an Error that names the lock where it cannot
 * be had in time: it is never broken, since whoever holds it may be slow rather than dead.
 */
export async function withFileLock<T>(file: string, action: () => Promise<T>, timeoutMs = LOCK_TIMEOUT_MS): Promise<T> {
  const lock = `${path.resolve(file)}.lock`;
  await takeLock(lock, timeoutMs);
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += RETRY_MS) {
    if (await tryLock(lock)) return;
    await delay(RETRY_MS);
  }
  const holder = await readFile(lock, 'utf8').catch(() => 'unknown');
  throw new Error(`${lock} is held by process ${holder}. Where that process is gone, delete the file and try again.`);
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx', 0o600);
    await handle.writeFile(String(process.pid)).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
