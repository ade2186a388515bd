import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmptyDatabase } from '../../../test/database.js';
import type { TestDatabase } from '../../../test/database.js';
import { Database } from './database.js';
import { createLog } from '../log/log.js';
import { readMigrations } from './migration-files.js';
import { isMigrated, migrate } from './migrations.js';

const log = createLog('silent');
const names = readMigrations().map((migration) => migration.name);
let place: TestDatabase;
const open: Database[] = [];

async function server(url = place.url): Promise<Database> {
  const database = await Database.open({ url, entities: [], log });
  open.push(database);
  return database;
}

beforeEach(async () => void (place = await createEmptyDatabase()));
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
  await place.drop();
});

describe('an empty database', () => {
  it('is brought to the present state, once', async () => {
    const database = await server();
    expect(await isMigrated(database)).toBe(false);
    expect(await migrate(database, log)).toEqual(names);
    expect(await isMigrated(database)).toBe(true);
    expect(await migrate(database, log)).toEqual([]);
  });

  it('that several servers find at once is made by one of them', async () => {
    const servers = await Promise.all([server(), server(), server()]);
    const done = await Promise.all(servers.map((database) => migrate(database, log)));
    expect(done.filter((list) => list.length > 0)).toEqual([names]);
    const rows = await servers[0].queryApart<{ name: string }>('select name from migration');
    expect(rows.map((row) => row.name).sort()).toEqual(names);
  });

  it('in which a step failed is left between two steps, and is gone on with later', async () => {
    const database = await server();
    const last = names.at(-1)!;
    await database.queryApart('create table rate_limit (in_the_way integer)');
    await expect(migrate(database, log)).rejects.toThrow('rate_limit');
    expect(await isMigrated(database)).toBe(false);
    await database.queryApart('drop table rate_limit');
    expect(await migrate(database, log)).toContain(last);
    expect(await isMigrated(database)).toBe(true);
  });
});

describe('a database made by a newer version', () => {
  it('is left alone, and the sentence says what to do', async () => {
    const database = await server();
    await migrate(database, log);
    await database.queryApart(`insert into migration (name) values ('9999-from-the-future')`);
    await expect(migrate(database, log)).rejects.toThrow(
      'The database was made by a newer Gatehouse (it has 9999-from-the-future). Start that version, or restore a backup made by this one.',
    );
  });
});

describe('a filled database', () => {
  it('may take longer to migrate than any call may take', async () => {
    const database = await server();
    await migrate(database, log);
    const rows = await database.queryApart<{ statement_timeout: string }>('show statement_timeout');
    expect(rows[0]!.statement_timeout).toBe('10s');
    const patient = await Database.open({ url: place.url, entities: [], log, statementMs: null });
    open.push(patient);
    const own = await patient.queryApart<{ statement_timeout: string }>('show statement_timeout');
    expect(own[0]!.statement_timeout).toBe('0');
  });
});
