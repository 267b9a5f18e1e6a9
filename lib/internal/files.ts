import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  lstat,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 20;
/** A change takes milliseconds: who holds a lock for this long is dead, or stopped. */
const LOCK_TIMEOUT_MS = 10_000;

/**
 * Where a file really is: a link stays a link, and what it points to is locked and replaced, by whatever name it is
 * called. Rejects with an Error where it is a link to nothing.
 */
export async function resolveFile(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const isLink = await lstat(file).then(
      () => true,
      () => false,
    );
    if (isLink) throw new Error(`${file} is a link to a file that does not exist.`);
    return path.join(await realpath(path.dirname(file)), path.basename(file));
  }
}

/**
 * Replaces a file as a whole: whoever reads it meanwhile has the old text or the new one, also after a power cut. Its
 * mode and its owner stay; a new file is for its owner alone. Rejects, and changes nothing, where that cannot be done.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    await writeAndSync(temporary, text, before);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function writeAndSync(file: string, text: string, like: Stats | undefined): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    if (like) {
      const { uid, gid } = await handle.stat();
      // Otherwise an app that runs as another user could not read what root has changed.
      if (uid !== like.uid || gid !== like.gid) await handle.chown(like.uid, like.gid);
      await handle.chmod(like.mode & 0o777);
    }
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
export async function withFileLock<T>(
  file: string,
  action: () => Promise<T>,
  timeoutMs = LOCK_TIMEOUT_MS,
): Promise<T> {
  const lock = `${file}.lock`;
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
  throw new Error(
    `${lock} is held by process ${holder}. If that process is gone, delete the file and try again.`,
  );
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx', 0o600);
    await signLock(handle, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** On a full disk the lock can be made but not written: left behind, it would be held by nobody for ever. */
async function signLock(handle: FileHandle, lock: string): Promise<void> {
  try {
    await handle.writeFile(String(process.pid));
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
