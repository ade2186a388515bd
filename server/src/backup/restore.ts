import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CopyStreamQuery } from 'pg-copy-streams';
import type { Sealer } from '../kernel/crypto/seal.js';
import { Database } from '../kernel/database/database.js';
import { refuse } from '../kernel/errors.js';
import type { Log } from '../kernel/log/log.js';
import { migrate } from '../kernel/database/migrations.js';
import { queueLogger } from '../kernel/log/queue-log.js';
import { readFrames } from './file.js';
import type { BackupHeader, Frame } from './file.js';
import { headerOf, refuseFilled, refuseForeign, refuseInUse } from './restore-checks.js';
import { continueSequences, readTables } from './tables.js';
import type { TableContent } from './tables.js';

export interface RestoreReport {
  readonly madeAt: string;
  readonly tables: number;
  readonly rows: number;
}

export interface RestoreParts {
  readonly databaseUrl: string;
  readonly sealer: Sealer;
  readonly log: Log;
}

/**
 * What was used or revoked since the backup must not come back to life: everybody signs in again,
 * and asks for links anew.
 */
const endedByRestoring = [
  'public.session',
  'public.sign_in_challenge',
  'public.passkey_ceremony',
  'public.link',
];

/**
 * Loads a backup into an empty database, in one transaction: all of it or nothing. A backup of an
 * older version is loaded into that version's tables, which are then migrated.
 * @throws CONFLICT where somebody's data is or a server runs; BAD_USER_INPUT when it is no whole backup
 */
export async function restore(file: string, parts: RestoreParts): Promise<RestoreReport> {
  const frames = framesOf(file);
  const header = headerOf(await take(frames));
  refuseForeign(header, parts.sealer);
  await refuseInUse(parts.databaseUrl);
  await migrateTo(header, parts);
  const client = new pg.Client({ connectionString: parts.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin');
    await refuseFilled(client);
    const loaded = await load(client, frames);
    await client.query(
      `update graphile_worker._private_jobs set locked_at = null, locked_by = null`,
    );
    await client.query(
      `update graphile_worker._private_job_queues set locked_at = null, locked_by = null`,
    );
    await continueSequences(client);
    await client.query('commit');
    await migrateRest(parts);
    return { madeAt: header.madeAt, ...loaded };
  } finally {
    await frames.return(undefined);
    // Where rows are still being loaded no roll-back could be asked for; the end of the connection is one.
    await client.end();
  }
}

async function* framesOf(file: string): AsyncGenerator<Frame, void> {
  const gunzip = createGunzip();
  const reading = pipeline(createReadStream(file), gunzip);
  reading.catch(() => {});
  try {
    yield* readFrames(gunzip);
    await reading;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse('BAD_USER_INPUT', `${file} cannot be read: ${reason}. Nothing was restored.`, {
      field: 'file',
    });
  } finally {
    gunzip.destroy();
  }
}

async function take(frames: AsyncGenerator<Frame, void>): Promise<Frame> {
  const next = await frames.next();
  return next.done ? cutOff() : next.value;
}

function cutOff(): never {
  refuse('BAD_USER_INPUT', 'The file was cut off: it has no end. Nothing was restored.', {
    field: 'file',
  });
}

async function migrateTo({ migrations }: BackupHeader, parts: RestoreParts): Promise<void> {
  const last = [...migrations].sort().at(-1);
  const database = await Database.open({
    url: parts.databaseUrl,
    entities: [],
    log: parts.log,
    statementMs: null,
  });
  try {
    const done = await database.orm.migrator.getExecuted();
    const beyond = done.find(({ name }) => last !== undefined && name > last);
    if (beyond) {
      refuse(
        'CONFLICT',
        `This database is at a newer version than the backup (${beyond.name}). Restore into an empty one.`,
      );
    }
    await database.orm.migrator.up(last === undefined ? {} : { to: last });
  } finally {
    await database.close();
  }
  await runMigrations({
    connectionString: parts.databaseUrl,
    logger: queueLogger(parts.log),
  });
}

async function migrateRest({ databaseUrl, log }: RestoreParts): Promise<void> {
  const database = await Database.open({ url: databaseUrl, entities: [], log });
  await migrate(database, log).finally(() => database.close());
}

/** @throws BAD_USER_INPUT before anything is committed when the end is missing */
async function load(client: pg.Client, frames: AsyncGenerator<Frame, void>) {
  const here = new Map((await readTables(client)).map((table) => [table.name, table]));
  const names = [...here.keys()];
  // Rows come as they were: what a trigger made of them once is in them.
  for (const name of names) await client.query(`alter table ${name} disable trigger user`);
  await client.query(`truncate ${names.join(', ')}`);
  const counted = { tables: 0, rows: 0 };
  let rows: CopyStreamQuery | null = null;
  const finish = async () => {
    if (!rows) return;
    await endOf(rows);
    counted.tables++;
    counted.rows += rows.rowCount;
  };
  for await (const { kind, body } of frames) {
    if (kind === 'D') await write(rows ?? cutOff(), body);
    else await finish();
    if (kind === 'T') {
      const table = JSON.parse(body.toString()) as TableContent;
      rows = client.query(copyFrom(`copy ${known(table, here)} from stdin`));
      // Whoever waits for it hears it, too.
      rows.on('error', () => {});
    } else if (kind === 'Z') {
      // A backup of before such a table was made has none of it.
      for (const name of endedByRestoring.filter((one) => here.has(one))) {
        await client.query(`delete from ${name}`);
      }
      for (const name of names) await client.query(`alter table ${name} enable trigger user`);
      return counted;
    }
  }
  return cutOff();
}

/** Names come from a file: only those that this database has get into a statement. */
function known({ name, columns }: TableContent, here: Map<string, TableContent>): string {
  const table = here.get(name);
  const unknown = columns.filter((column) => !table?.columns.includes(column));
  if (!table || unknown.length > 0) {
    refuse('BAD_USER_INPUT', `The backup has ${name} (${unknown.join(', ')}), which is unknown.`, {
      field: 'file',
    });
  }
  return `${name} (${columns.join(', ')})`;
}

const write = (rows: CopyStreamQuery, body: Buffer) =>
  new Promise<void>((resolve, reject) => {
    rows.write(body, (error) => (error ? reject(error) : resolve()));
  });

const endOf = (rows: CopyStreamQuery) =>
  new Promise<void>((resolve, reject) => {
    rows.once('finish', resolve).once('error', reject);
    rows.end();
  });
