import pg from 'pg';
import type { Sealer } from '../kernel/crypto/seal.js';
import { refuse } from '../kernel/errors.js';
import { readMigrations } from '../kernel/database/migration-files.js';
import type { BackupHeader, Frame } from './file.js';

export function headerOf({ kind, body }: Frame): BackupHeader {
  const header = kind === 'H' ? (JSON.parse(body.toString()) as BackupHeader) : null;
  if (header?.format === 'gatehouse-backup-1') return header;
  refuse('BAD_USER_INPUT', 'This is no backup that this version can read.', { field: 'file' });
}

export function refuseForeign({ migrations, keyFingerprint }: BackupHeader, sealer: Sealer): void {
  const known = new Set(readMigrations().map(({ name }) => name));
  const newer = migrations.filter((name) => !known.has(name));
  if (newer.length > 0) {
    refuse(
      'BAD_USER_INPUT',
      `The backup was made by a newer Gatehouse (it has ${newer.join(', ')}). Restore it with that version.`,
      { field: 'file' },
    );
  }
  if (keyFingerprint !== null && !sealer.knows(keyFingerprint)) {
    refuse(
      'BAD_USER_INPUT',
      'SECRET_KEY is not the key that the backup was sealed with: nothing sealed in it would open. Put that key back (SECRET_KEY, or DATA_DIR/secret.key), then restore.',
      { field: 'SECRET_KEY' },
    );
  }
}

export async function refuseInUse(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity where datname = current_database()
         and pid <> pg_backend_pid() and backend_type = 'client backend' limit 1`,
    );
    if (rowCount) {
      refuse('CONFLICT', 'A server is running on this database. Stop it, then restore.');
    }
  } finally {
    await client.end();
  }
}

export async function refuseFilled(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from account limit 1');
  if (rowCount) {
    refuse(
      'CONFLICT',
      'There are accounts in this database. Restore into an empty one: another DATA_DIR or DATABASE_URL.',
    );
  }
}
