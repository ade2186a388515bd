import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { AuthorizedKeysProblem, unsafe } from './authorized-keys-problem.js';
import { HeldFolder } from './held-folder.js';

/** Ends every line that is ours, and nobody else's. */
const mark = 'gatehouse-support';
/** A thousand keys and more. */
const mostBytes = 1_048_576;

/** Type and blob of an OpenSSH public key: options or a comment of the setting never get into the file. */
export function keyOf(publicKey: string): string {
  return publicKey.split(' ', 2).join(' ');
}

/** sshd(8), AUTHORIZED_KEYS FILE FORMAT: `Z` says UTC, which OpenSSH reads since 9.1. */
export function accessLine(publicKey: string, until: Date): string {
  const time = until.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return `restrict,pty,expiry-time="${time}Z" ${keyOf(publicKey)} ${mark}`;
}

/** The content with `line` as our only one, or without ours; every other byte as it was. */
export function withLine(content: Buffer, line: string | null): Buffer {
  const lines = content.toString('latin1').split(/(?<=\n)/);
  const others = lines.filter((one) => !one.trimEnd().endsWith(` ${mark}`)).join('');
  if (line === null) return Buffer.from(others, 'latin1');
  const gap = others === '' || others.endsWith('\n') ? '' : '\n';
  return Buffer.from(`${others}${gap}${line}\n`, 'latin1');
}

/** As it was when it was looked at; null: there is none. */
type Found = {
  readonly content: Buffer;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
} | null;

/**
 * One line of the file with which sshd lets the support team in. The file is replaced as a whole, so
 * that sshd sees the old one or the new one; never through a link, and never where others could
 * have put it.
 */
export class AuthorizedKeys {
  readonly #name: string;

  constructor(
    private readonly file: string,
    private readonly sshUser: string,
  ) {
    this.#name = basename(file);
  }

  /** Whether our line stands in it, and with which end. @throws AuthorizedKeysProblem */
  line(): Promise<string | null> {
    return this.#within(async (_folder, found) => {
      const ours = found?.content.toString('latin1').split('\n') ?? [];
      return ours.find((line) => line.trimEnd().endsWith(` ${mark}`))?.trimEnd() ?? null;
    });
  }

  /** @param line null takes ours away @throws AuthorizedKeysProblem */
  async write(line: string | null): Promise<void> {
    await this.#within(async (folder, found, uid) => {
      const content = found?.content ?? Buffer.alloc(0);
      const changed = withLine(content, line);
      if (changed.equals(content)) return;
      try {
        await this.#replace(folder, changed, found ?? { uid, gid: folder.gid, mode: 0o600 });
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Looks at folder and file, and holds the folder meanwhile. */
  async #within<T>(
    work: (folder: HeldFolder, found: Found, uid: number) => Promise<T>,
  ): Promise<T> {
    const uid = await uidOf(this.sshUser);
    const owners = [0, uid];
    const folder = await HeldFolder.open(dirname(this.file), owners);
    try {
      return await work(folder, await this.#read(folder, owners), uid);
    } finally {
      await folder.close();
    }
  }

  async #read(folder: HeldFolder, owners: readonly number[]): Promise<Found> {
    // A pipe in its place must not hold us up.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const path = folder.at(this.#name);
    const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      if (error.code === 'ELOOP') unsafe(`${this.file} is a link`);
      return this.#fail(error);
    });
    if (!handle) return null;
    try {
      const { uid, gid, mode } = await handle.stat();
      if ((mode & constants.S_IFMT) !== constants.S_IFREG) unsafe(`${this.file} is no file`);
      if (!owners.includes(uid) || (mode & 0o022) !== 0) {
        unsafe(`${this.file} belongs to others, or others may write to it`);
      }
      return { content: await this.#contentOf(handle), uid, gid, mode };
    } finally {
      await handle.close();
    }
  }

  /** Who may log in may let the file grow, also while it is read. */
  async #contentOf(handle: FileHandle): Promise<Buffer> {
    const content = Buffer.alloc(mostBytes + 1);
    const { bytesRead } = await handle
      .read(content, 0, content.length, 0)
      .catch((error: unknown) => this.#fail(error));
    if (bytesRead > mostBytes) unsafe(`${this.file} is too large`);
    return content.subarray(0, bytesRead);
  }

  async #replace(
    folder: HeldFolder,
    content: Buffer,
    owner: { uid: number; gid: number; mode: number },
  ): Promise<void> {
    const draft = folder.at(`.${this.#name}.gatehouse`);
    // What a crash left of an earlier try; ours by its name, and O_EXCL follows no link.
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      if (process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(owner.mode & 0o777);
      await handle.sync();
      await handle.close();
      await rename(draft, folder.at(this.#name));
    } catch (error) {
      await handle.close().catch(() => {});
      await rm(draft, { force: true });
      throw error;
    }
    await folder.sync();
  }

  #fail(error: unknown): never {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new AuthorizedKeysProblem('NOT_WRITABLE', `${this.file}: ${code ?? message}`);
  }
}

async function uidOf(user: string): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('id', ['-u', '--', user]);
    return Number.parseInt(stdout, 10);
  } catch {
    throw new AuthorizedKeysProblem('NO_SUCH_USER', `There is no user ${user} on this machine`);
  }
}

/** Of the user, for whoever closes his sessions. @returns null when there is none */
export const findUid = (user: string) => uidOf(user).catch(() => null);
