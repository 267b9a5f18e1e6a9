import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { codeOf } from './errors';

/**
 * Resolves the real path of a file, so that a link stays a link and its target is locked and
 * replaced. Rejects with an Error if the target of a link does not exist.
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

/** Creates the name of a temporary file beside a file, which it will replace. */
export function temporaryOf(file: string): string {
  const name = `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`;
  return path.join(path.dirname(file), name);
}

/** Checks whether this is a name that {@link temporaryOf} creates for the file or for its lock. */
export function isTemporaryOf(file: string, name: string): boolean {
  const base = path.basename(file);
  const rest = name.startsWith(`.${base}.`) ? name.slice(base.length + 2) : '';
  return /^(lock\.)?[0-9a-f]{12}\.tmp$/.test(rest);
}

/**
 * Replaces a file atomically: a reader gets the old text or the new one, even after a power
 * failure. The mode stays the same, and so do the owner and group if possible. Rejects, and changes nothing, if the owner of the file could not read it
 * afterwards.
 *
 * @param text The new text; a large one in parts, so that other work can run in between.
 * @param model The file whose owner and mode a new file gets. Default: only its owner can read it.
 */
export async function writeAtomically(
  file: string,
  text: string | Iterable<string>,
  model?: string,
): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  const temporary = temporaryOf(file);
  const like = before ?? (model === undefined ? undefined : await stat(model));
  try {
    await writeAndSync(temporary, text, { file, stats: like, isNew: before === undefined });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function writeAndSync(
  temporary: string,
  text: string | Iterable<string>,
  like: Like,
): Promise<void> {
  const handle = await open(temporary, 'wx', 0o600);
  try {
    for (const part of typeof text === 'string' ? [text] : text) await handle.appendFile(part);
    const given = like.stats && giveTo(handle, like.stats, like.file);
    // A new file need not be read by the owner of its model.
    await (like.isNew ? given?.catch(() => undefined) : given);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file to replace, and its stats; undefined if it is new. */
interface Like {
  readonly file: string;
  readonly stats: Stats | undefined;
  readonly isNew: boolean;
}

/**
 * Gives a file the owner and mode of the old one, so that an app that runs as another user can
 * still read it.
 */
async function giveTo(handle: FileHandle, like: Stats, file: string): Promise<void> {
  const { uid, gid } = await handle.stat();
  const isSame = uid === like.uid && gid === like.gid;
  const isGiven = isSame || (await canChown(handle, like.uid, like.gid));
  const hasGroup = isGiven || gid === like.gid || (await canChown(handle, uid, like.gid));
  const mode = like.mode & (hasGroup ? 0o777 : 0o707);
  const isReadable =
    isGiven || uid === like.uid || (mode & 0o004) !== 0 || (await readsByGroup(like, mode));
  if (!isReadable)
    throw new Error(
      `${file} belongs to user ${String(like.uid)}, who could not read it after this change. Make the change as that user, or as root.`,
    );
  await handle.chmod(mode);
}

/** Whether the user is known to be in the group of the file, and the group may read it. */
async function readsByGroup({ uid, gid }: Stats, mode: number): Promise<boolean> {
  if ((mode & 0o040) === 0) return false;
  try {
    const { stdout } = await promisify(execFile)('id', ['-G', String(uid)]);
    return stdout.trim().split(' ').includes(String(gid));
  } catch {
    return false;
  }
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

/** Writes the rename to the disk too. Some systems cannot open a folder for that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The rename has succeeded anyway.
  }
}
