import { constants, existsSync } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AuthorizedKeysProblem, unsafe } from './authorized-keys-problem.js';

/** proc(5): what a process holds open can be gone into by this, wherever its name leads by then. */
const held = '/proc/self/fd';
const asFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** open(2), O_PATH, which Node has no name for: a handle to go on from, also of what cannot be read. */
const goThrough = 0o10000000 | constants.O_NOFOLLOW;
const mostLinks = 20;

/**
 * The folder of the file of keys. Its owner may put another one, or a link to somebody else's, in
 * its place at any moment: so it is looked at and worked in while it is held open.
 */
export class HeldFolder {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly gid: number,
  ) {}

  /** @param owners who may own it @throws AuthorizedKeysProblem */
  static async open(path: string, owners: readonly number[]): Promise<HeldFolder> {
    const walk = existsSync(held) ? openStepwise(path) : openByName(path);
    const handle = await walk.catch((error: NodeJS.ErrnoException) => {
      if (error instanceof AuthorizedKeysProblem) throw error;
      if (error.code === 'ENOENT') {
        throw new AuthorizedKeysProblem('FOLDER_MISSING', `${path} does not exist`);
      }
      if (error.code === 'ENOTDIR' || error.code === 'ELOOP') {
        unsafe(`${path} is a link or no folder`);
      }
      throw new AuthorizedKeysProblem('NOT_WRITABLE', `${path}: ${error.code ?? error.message}`);
    });
    const { uid, gid, mode } = await handle.stat();
    if (!owners.includes(uid) || (mode & 0o022) !== 0) {
      await handle.close();
      unsafe(`${path} belongs to others, or others may write in it`);
    }
    return new HeldFolder(path, handle, gid);
  }

  /** Where a file of it is; elsewhere than on Linux only its name is known. */
  at(name: string): string {
    const folder = existsSync(held) ? join(held, String(this.handle.fd)) : this.path;
    return join(folder, name);
  }

  async sync(): Promise<void> {
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/**
 * Each folder within the one before, which is held: whoever owns one on the way may turn it into a
 * link at any moment, and a look at the whole way before would be over by then.
 */
async function openStepwise(path: string, links = 0): Promise<FileHandle> {
  const names = resolve(path).split('/').filter(Boolean);
  const last = names.pop() ?? '.';
  const way: FileHandle[] = [await open('/', goThrough)];
  try {
    for (const [step, name] of names.entries()) {
      const above = way.at(-1)!;
      const found = await open(`${held}/${above.fd}/${name}`, goThrough);
      way.push(found);
      if (!(await found.stat()).isSymbolicLink()) continue;
      if (links >= mostLinks || !(await isOfRootAlone(above)))
        unsafe(`${name} in ${path} is a link`);
      const target = await readlink(`${held}/${above.fd}/${name}`);
      const from = await readlink(`${held}/${above.fd}`);
      return await openStepwise(resolve(from, target, ...names.slice(step + 1), last), links + 1);
    }
    return await open(`${held}/${way.at(-1)!.fd}/${last}`, asFolder);
  } finally {
    await Promise.all(way.map((each) => each.close()));
  }
}

/** A link in it stays as root made it. */
async function isOfRootAlone(folder: FileHandle): Promise<boolean> {
  const { uid, mode } = await folder.stat();
  return uid === 0 && (mode & 0o022) === 0;
}

/** Where folders cannot be held on the way. */
async function openByName(path: string): Promise<FileHandle> {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    const found = await lstat(above).catch(() => null);
    if (found?.isSymbolicLink() && found.uid !== 0) unsafe(`${above} is a link`);
  }
  return open(path, asFolder);
}
