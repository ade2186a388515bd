import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConnection, urlOf, type Use } from './connection-file.js';
import { tryLock } from './data-dir-lock.js';
import { EmbeddedPostgresFailure } from './failure.js';
import { postmasterPid, answers } from './reach.js';

/** A server that was just told to stop, or one that a watcher restarts, needs a moment; a command is over soon. */
const PATIENCE: Record<Use, number> = { server: 3_000, command: 60_000 };

export type Held =
  | { readonly release: () => void }
  | { readonly borrowed: { readonly url: string; readonly pid: number } };

/** Only one process at a time keeps a cluster. A command beside a running server borrows its cluster; every other pair takes turns. */
export async function holdOrBorrow({
  dataDir,
  clusterDir,
  use,
}: {
  dataDir: string;
  clusterDir: string;
  use: Use;
}): Promise<Held> {
  const lockFile = join(dataDir, 'postgres.lock');
  const began = Date.now();
  for (;;) {
    const release = tryLock(lockFile);
    if (release) return { release };
    const connection = await readConnection(dataDir);
    const holder = connection?.holder;
    if (use === 'command' && connection && holder?.use === 'server') {
      const url = urlOf(clusterDir, connection);
      if (await answers(url)) return { borrowed: { url, pid: await postmasterPid(clusterDir) } };
    }
    if (Date.now() - began > PATIENCE[holder?.use === 'command' ? 'command' : use])
      throw new EmbeddedPostgresFailure(
        `Another Gatehouse${holder ? ` (process ${holder.pid}${holder.use === 'command' ? ', a command' : ''})` : ''} is using ${dataDir}. ` +
          'Stop it first, or give this one a DATA_DIR of its own. Several servers share one database through DATABASE_URL.',
      );
    await sleep(100);
  }
}
