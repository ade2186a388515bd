import { constants, existsSync } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AuthorizedKeysProblem, unsafe } from './authorized-keys-problem.js';

/** proc(5): what a process holds open can be gone into by this, wherever its name leads by then. */
const held = '/proc/self/fd';

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
    await refuseLinksAbove(path);
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
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

/** On the way to it: a link that root made stays where it is, any other can be led elsewhere. */
async function refuseLinksAbove(path: string): Promise<void> {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    const found = await lstat(above).catch(() => null);
    if (found?.isSymbolicLink() && found.uid !== 0) unsafe(`${above} is a link`);
  }
}
