import { access, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../kernel/log/log.js';
import { locateBinaries } from './binaries.js';
import { createCluster, hasCluster } from './cluster.js';
import {
  anyPort,
  canUseSocket,
  keepConnection,
  newPassword,
  readConnection,
  urlOf,
  type Connection,
  type Use,
} from './connection-file.js';
import { EmbeddedPostgresFailure, explain } from './failure.js';
import { holdOrBorrow } from './holder.js';
import { Keeper } from './keeper.js';
import { ensureDatabase } from './reach.js';
import { chooseRunAs, handOver } from './run-as.js';

export interface EmbeddedPostgresOptions {
  /** Where everything is kept; made when missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** Listen on this loopback port instead of a socket file in the data directory. */
  readonly port?: number;
  /** A `command` borrows the database of a server that runs on the same directory; a second `server` is refused. Default: server. */
  readonly use?: Use;
  /** For tests: gives up durability for speed. */
  readonly throwaway?: boolean;
}

export interface EmbeddedPostgres {
  /** Superuser's URL of the database `gatehouse`; stays the same when PostgreSQL has to be restarted. */
  readonly url: string;
  /** Of the postmaster; another one after a restart. */
  readonly pid: number;
  /** Shuts down in order. A borrowed database is only let go. */
  stop(): Promise<void>;
}

/**
 * Real PostgreSQL for a machine that has none, in `dataDir/postgres`: created at first, repaired after a crash, restarted if it dies.
 *
 * @throws EmbeddedPostgresFailure with a sentence that says what is in the way and what to do
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { log, use = 'server', throwaway = false } = options;
  const dataDir = await openDataDir(options.dataDir);
  const clusterDir = join(dataDir, 'postgres');
  const held = await holdOrBorrow({ dataDir, clusterDir, use });
  if ('borrowed' in held) return { ...held.borrowed, stop: async () => {} };
  try {
    const runAs = await chooseRunAs(clusterDir);
    const binaries = await locateBinaries(runAs);
    const exists = await hasCluster(clusterDir);
    const kept = await readConnection(dataDir);
    if (exists && !kept)
      throw new EmbeddedPostgresFailure(
        `${join(dataDir, 'postgres.json')} with the database's password is missing or broken. Restore it from a backup of ${dataDir}.`,
      );
    const connection = await keepConnection(dataDir, address(clusterDir, options.port, use, kept));
    // A restored backup may have given everything to root.
    if (exists && runAs && (await stat(clusterDir)).uid === 0) await handOver(clusterDir, runAs);
    if (!exists) {
      log.info({ dataDir }, 'creating the database');
      await createCluster(clusterDir, {
        binaries,
        runAs,
        password: connection.password,
        throwaway,
      });
    }
    const keeper = new Keeper(
      {
        dataDir,
        clusterDir,
        binaries,
        runAs,
        log,
        throwaway,
        fixedPort: options.port !== undefined,
      },
      connection,
    );
    const reached = await keeper.start();
    await ensureDatabase(urlOf(clusterDir, reached, 'postgres')).catch(async (error: unknown) => {
      await keeper.stop();
      throw explain(clusterDir, 'PostgreSQL runs but does not let Gatehouse in', String(error));
    });
    return {
      url: urlOf(clusterDir, reached),
      get pid() {
        return keeper.pid;
      },
      stop: () => keeper.stop().finally(held.release),
    };
  } catch (error) {
    held.release();
    throw error;
  }
}

function address(
  clusterDir: string,
  port: number | undefined,
  use: Use,
  kept: Connection | undefined,
): Connection {
  const chosen = port ?? (canUseSocket(clusterDir) ? undefined : (kept?.port ?? anyPort()));
  return {
    password: kept?.password ?? newPassword(),
    holder: { pid: process.pid, use },
    ...(chosen === undefined ? {} : { port: chosen }),
  };
}

async function openDataDir(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reason =
      code === 'EACCES' || code === 'EPERM'
        ? 'this user may not write there'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'it is a file'
          : code;
    throw explain(
      path,
      `DATA_DIR ${path} cannot be used (${reason}). Set it to a directory that Gatehouse may write to, e.g. DATA_DIR=./data`,
      code,
    );
  }
}
