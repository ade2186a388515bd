import { chmod, chown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresFailure } from './failure.js';

/** PostgreSQL refuses to run as root, so a Gatehouse that is root runs it as this user. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/**
 * In the range that neither Debian nor systemd hands out (systemd's UIDS-GIDS: 60578–61183 is unused), and below 65536, since that is
 * all most user namespaces map. It needs no entry in /etc/passwd, so no account is added to the machine.
 */
const FIRST_FREE_UID = 60818;

/** Nobody else's processes may share the user: `nobody` or a system-wide `postgres` could read the files and signal the server. */
export async function chooseRunAs(clusterDir: string): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux')
    throw new EmbeddedPostgresFailure(
      'Embedded PostgreSQL refuses to run as root, and can change to another user on Linux only. Start Gatehouse as your ordinary user, or set DATABASE_URL.',
    );
  const owner = await stat(clusterDir).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const taken = new Set((await namedUsers()).map((user) => user.uid));
  let uid = FIRST_FREE_UID;
  while (taken.has(uid)) uid++;
  return { uid, gid: uid };
}

/** initdb alone (not the server) insists on a user with a name; files are handed over to the nameless one afterwards. */
export async function namedStandIn(runAs: RunAs): Promise<RunAs> {
  const users = await namedUsers();
  const user =
    users.find(({ uid }) => uid === runAs.uid) ??
    users.find(({ name }) => name === 'nobody') ??
    users.find(({ uid }) => uid !== 0);
  return user ?? runAs;
}

/** Makes `path` and all below it belong to `runAs`, private to it. */
export async function handOver(path: string, runAs: RunAs): Promise<void> {
  const entry = await lstat(path);
  await chown(path, runAs.uid, runAs.gid).catch((error: NodeJS.ErrnoException) => {
    throw new EmbeddedPostgresFailure(
      `${path} cannot be given to another user (${error.code ?? error.message}), which PostgreSQL needs when Gatehouse runs as root. ` +
        'Set DATA_DIR to a directory on a local disk, start Gatehouse as an ordinary user, or set DATABASE_URL.',
    );
  });
  if (!entry.isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await handOver(join(path, name), runAs);
}

async function namedUsers(): Promise<Array<{ name: string; uid: number; gid: number }>> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'));
  return lines
    .filter((line) => line.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
