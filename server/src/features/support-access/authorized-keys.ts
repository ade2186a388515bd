import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Ends every line that is ours, and nobody else's. */
const mark = 'gatehouse-support';

export type FileProblem = 'FOLDER_MISSING' | 'UNSAFE_FILE' | 'NO_SUCH_USER' | 'NOT_WRITABLE';

/** Why the file must not or cannot be written. */
export class AuthorizedKeysProblem extends Error {
  override readonly name = 'AuthorizedKeysProblem';

  constructor(
    readonly problem: FileProblem,
    message: string,
  ) {
    super(message);
  }
}

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

/**
 * One line of the file with which sshd lets the support team in. The file is replaced as a whole, so
 * that sshd sees the old one or the new one; never through a link, and never where others could
 * have put it.
 */
export class AuthorizedKeys {
  constructor(
    private readonly file: string,
    private readonly sshUser: string,
  ) {}

  /** @throws AuthorizedKeysProblem */
  async check(): Promise<{ uid: number }> {
    const uid = await uidOf(this.sshUser);
    const folder = await lstat(dirname(this.file)).catch(() => null);
    if (!folder) {
      throw new AuthorizedKeysProblem('FOLDER_MISSING', `${dirname(this.file)} does not exist`);
    }
    if (!folder.isDirectory()) unsafe(`${dirname(this.file)} is a link or no folder`);
    if (![0, uid].includes(folder.uid) || (folder.mode & 0o022) !== 0) {
      unsafe(`${dirname(this.file)} belongs to others, or others may write in it`);
    }
    const found = await lstat(this.file).catch(() => null);
    if (found && !found.isFile()) unsafe(`${this.file} is a link or no file`);
    if (found && (![0, uid].includes(found.uid) || (found.mode & 0o022) !== 0)) {
      unsafe(`${this.file} belongs to others, or others may write to it`);
    }
    return { uid };
  }

  /** Whether our line stands in it, and with which end. */
  async line(): Promise<string | null> {
    const content = await this.#read();
    const ours = content.toString('latin1').split('\n');
    return ours.find((line) => line.trimEnd().endsWith(` ${mark}`))?.trimEnd() ?? null;
  }

  /** @param line null takes ours away @throws AuthorizedKeysProblem */
  async write(line: string | null): Promise<void> {
    const { uid } = await this.check();
    const content = await this.#read();
    const changed = withLine(content, line);
    if (changed.equals(content)) return;
    try {
      await this.#replace(changed, uid);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new AuthorizedKeysProblem('NOT_WRITABLE', `${this.file}: ${code ?? message}`);
    }
  }

  async #read(): Promise<Buffer> {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
    const handle = await open(this.file, flags).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new AuthorizedKeysProblem(
        'NOT_WRITABLE',
        `${this.file}: ${error.code ?? error.message}`,
      );
    });
    if (!handle) return Buffer.alloc(0);
    return handle.readFile().finally(() => handle.close());
  }

  async #replace(content: Buffer, uid: number): Promise<void> {
    const was = await lstat(this.file).catch(() => null);
    const draft = join(dirname(this.file), `.${basename(this.file)}.gatehouse`);
    // What a crash left of an earlier try; ours by its name, and O_EXCL follows no link.
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      const owner = was ?? { uid, gid: (await lstat(dirname(this.file))).gid, mode: 0o600 };
      if (process.getuid?.() === 0) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(owner.mode & 0o777);
      await handle.sync();
      await handle.close();
      await rename(draft, this.file);
    } catch (error) {
      await handle.close().catch(() => {});
      await rm(draft, { force: true });
      throw error;
    }
    const folder = await open(dirname(this.file), 'r');
    await folder.sync().finally(() => folder.close());
  }
}

function unsafe(reason: string): never {
  throw new AuthorizedKeysProblem('UNSAFE_FILE', reason);
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
