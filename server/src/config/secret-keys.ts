import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config.js';
import { parseSecretKeys } from './setting.js';
import { SettingsError } from './settings-error.js';

/**
 * SECRET_KEY, else what stands in `DATA_DIR/secret.key`, which is made at the first start. Newest
 * first, 32 bytes each, never empty.
 * @throws SettingsError when the file is open to others or holds no key
 */
export async function loadSecretKeys(
  config: Pick<Config, 'secretKeys'>,
  dataDir: string,
): Promise<readonly Buffer[]> {
  if (config.secretKeys) return config.secretKeys;
  const file = join(dataDir, 'secret.key');
  return (await read(file)) ?? (await make(file));
}

async function read(file: string): Promise<readonly Buffer[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    return fail(
      `is kept in ${file}, which cannot be read (${code ?? String(error)})`,
      `chmod 600 ${file}`,
    );
  }
  // Windows has no such bits; there the folder's access list protects it.
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
    fail(`is kept in ${file}, which other users of this machine may read`, `chmod 600 ${file}`);
  }
  try {
    return parseSecretKeys(text);
  } catch {
    return fail(
      `is kept in ${file}, which does not hold 32 bytes in base64. What was sealed with the old key ` +
        'can only be read with it: restore the file from a backup',
      `cp BACKUP/secret.key ${file}`,
    );
  }
}

/**
 * Written beside and then linked to its name, so that a process that starts at the same moment
 * sees the whole key or none, and the one that comes second takes the first one's.
 */
async function make(file: string): Promise<readonly Buffer[]> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await create(draft);
  try {
    try {
      await handle.writeFile(`${randomBytes(32).toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(file));
  const keys = await read(file);
  return keys ?? fail(`could not be kept in ${file}: it went away at once`, `ls -l ${file}`);
}

async function create(file: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(file), { recursive: true });
    return await open(file, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = `is ${dirname(file)}, where nothing can be written (${code ?? String(error)})`;
    throw new SettingsError([{ name: 'DATA_DIR', problem, example: 'DATA_DIR=./data' }]);
  }
}

async function place(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // File systems without hard links (exFAT, some network shares).
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    await copyFile(draft, file, constants.COPYFILE_EXCL).catch((problem: NodeJS.ErrnoException) => {
      if (problem.code !== 'EEXIST') throw problem;
    });
  }
}

/** A key that a power cut takes back leaves everything sealed with it unreadable. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function fail(problem: string, example: string): never {
  throw new SettingsError([{ name: 'SECRET_KEY', problem, example }]);
}
