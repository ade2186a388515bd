import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import PostalMime from 'postal-mime';
import { readConnection, urlOf } from '../src/embedded/connection-file.js';

/** What stands in the folder of a server that runs as a process of its own: its embedded database, its written mails. */
export async function runSql(dataDir: string, sql: string): Promise<unknown[]> {
  const connection = await readConnection(dataDir);
  if (!connection) throw new Error(`${dataDir} has no embedded database`);
  const client = new pg.Client({
    connectionString: urlOf(join(dataDir, 'postgres'), connection),
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

export interface WrittenMail {
  readonly file: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** Oldest first. */
export async function writtenMails(dataDir: string): Promise<WrittenMail[]> {
  const folder = join(dataDir, 'outbox');
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  return Promise.all(
    files.sort().map(async (file) => {
      const mail = await PostalMime.parse(await readFile(join(folder, file)));
      const to = (mail.to ?? []).map(({ address }) => address ?? '');
      return { file, to, subject: mail.subject ?? '', text: mail.text ?? '' };
    }),
  );
}
