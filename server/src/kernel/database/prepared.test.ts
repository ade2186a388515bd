import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import type { TestDatabase } from '../../../test/database.js';
import { Database } from './database.js';
import { createLog } from '../log/log.js';
import { prepared } from './prepared.js';

let made: TestDatabase;
let database: Database;

beforeAll(async () => {
  made = await createTestDatabase();
  const log = createLog('silent');
  database = await Database.open({ url: made.url, entities: [], log, poolSize: 1 });
});
afterAll(async () => {
  await database.close();
  await made.drop();
});

const known = () =>
  database.query<{ statement: string; runs: string }>(
    'select statement, generic_plans + custom_plans as runs from pg_prepared_statements',
  );

test('what is asked often is planned once a connection, the rest each time', async () => {
  const often = prepared('select $1::int + 1 as next');
  await database.unitOfWork(async () => {
    expect(await database.query(often, [1])).toEqual([{ next: 2 }]);
    expect(await database.query(often, [2])).toEqual([{ next: 3 }]);
    await database.query('select $1::int + 2 as next', [1]);
    expect(await known()).toEqual([{ statement: often, runs: '2' }]);
  });
});

test('a prepared statement is part of the transaction that asks it', async () => {
  const write = prepared('insert into rate_limit values ($1, 1, now(), now()) returning key');
  await database.unitOfWork(async () => {
    const undone = database.transaction(async () => {
      expect(await database.query(write, ['a'])).toEqual([{ key: 'a' }]);
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    expect(await database.query('select key from rate_limit')).toEqual([]);
  });
});
