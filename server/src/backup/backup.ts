import { createWriteStream } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { refuse } from '../kernel/errors.js';
import { frame } from './file.js';
import type { BackupHeader } from './file.js';
import { readTables } from './tables.js';

export interface BackupReport {
  readonly file: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Everything the database holds, as it was at one moment, while the server goes on: every table is
 * read from one REPEATABLE READ snapshot. The file appears under its name only when it is whole.
 * @throws CONFLICT when the file is there already
 */
export async function backUp(databaseUrl: string, file: string): Promise<BackupReport> {
  const draft = `${file}.part`;
  if (await exists(file)) {
    refuse('CONFLICT', `${file} is there already. Choose another name.`, { field: 'file' });
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const counted = { tables: 0, rows: 0 };
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await pipeline(
      Readable.from(framesOf(client, counted)),
      createGzip({ level: 6 }),
      // Whatever an earlier try left behind is no one's; the file holds every account's hashes.
      createWriteStream(draft, { mode: 0o600, flags: 'w', flush: true }),
    );
    await place(draft, file);
  } finally {
    await client.end();
    await rm(draft, { force: true });
  }
  return { file, ...counted, bytes: (await stat(file)).size };
}

async function* framesOf(client: pg.Client, counted: { tables: number; rows: number }) {
  yield frame('H', await headerOf(client));
  for (const table of await readTables(client)) {
    yield frame('T', table);
    const copy = client.query(copyTo(`copy ${table.name} (${table.columns.join(', ')}) to stdout`));
    for await (const piece of copy as AsyncIterable<Buffer>) yield frame('D', piece);
    counted.tables++;
    counted.rows += copy.rowCount;
  }
  yield frame('Z', counted);
}

async function headerOf(client: pg.Client): Promise<BackupHeader> {
  const { rows: migrations } = await client.query<{ name: string }>(
    'select name from migration order by name',
  );
  const { rows: site } = await client.query<{ key_fingerprint: string | null }>(
    'select key_fingerprint from site',
  );
  return {
    format: 'gatehouse-backup-1',
    madeAt: new Date().toISOString(),
    migrations: migrations.map(({ name }) => name),
    keyFingerprint: site[0]?.key_fingerprint ?? null,
  };
}

async function place(draft: string, file: string): Promise<void> {
  // A link refuses a name that somebody took meanwhile, where a rename would replace it.
  await link(draft, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
