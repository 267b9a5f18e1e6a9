import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { codeOf } from './errors';

/**
 * Where a file really is: a link stays a link, and what it points to is locked and replaced, by whatever name it is
 * called. Rejects with an Error where it is a link to nothing.
 */
export async function resolveFile(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const isLink = await lstat(file).then(
      () => true,
      () => false,
    );
    if (isLink) throw new Error(`${file} is a link to a file that does not exist.`);
    return path.join(await realpath(path.dirname(file)), path.basename(file));
  }
}

/** A new name beside a file, for a text that is to become it. */
export function temporaryOf(file: string): string {
  const name = `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`;
  return path.join(path.dirname(file), name);
}

/** Whether this is a name that {@link temporaryOf} makes for the file or for its lock. */
export function isTemporaryOf(file: string, name: string): boolean {
  const base = path.basename(file);
  const rest = name.startsWith(`.${base}.`) ? name.slice(base.length + 2) : '';
  return /^(lock\.)?[0-9a-f]{12}\.tmp$/.test(rest);
}

/**
 * Replaces a file as a whole: whoever reads it meanwhile has the old text or the new one, also after
 * a power cut. Its mode stays, and its owner and group if they can; a new file is for its owner
 * alone. Rejects, and changes nothing, if the owner of the file could not read it afterwards.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  const temporary = temporaryOf(file);
  try {
    await writeAndSync(temporary, text, { file, stats: before });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function writeAndSync(temporary: string, text: string, like: Like): Promise<void> {
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    if (like.stats) await giveTo(handle, like.stats, like.file);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file that is replaced, and what is known of it; undefined if it is new. */
interface Like {
  readonly file: string;
  readonly stats: Stats | undefined;
}

/** Otherwise an app that runs as another user could not read what root or its group has changed. */
async function giveTo(handle: FileHandle, like: Stats, file: string): Promise<void> {
  const { uid, gid } = await handle.stat();
  const isSame = uid === like.uid && gid === like.gid;
  const isGiven = isSame || (await canChown(handle, like.uid, like.gid));
  const hasGroup = isGiven || gid === like.gid || (await canChown(handle, uid, like.gid));
  const mode = like.mode & (hasGroup ? 0o777 : 0o707);
  // Who gives a file to a group is in it, so the owner until now can read the file as its group may.
  const isReadable = isGiven || uid === like.uid || (mode & 0o044) !== 0;
  if (!isReadable)
    throw new Error(
      `${file} belongs to user ${String(like.uid)}, who could not read it after this change. Make the change as that user, or as root.`,
    );
  await handle.chmod(mode);
}

async function canChown(handle: FileHandle, uid: number, gid: number): Promise<boolean> {
  try {
    await handle.chown(uid, gid);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPERM') return false;
    throw error;
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
