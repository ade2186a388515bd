import pg from 'pg';
import { defineEntity, p } from '@mikro-orm/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import type { TestDatabase } from '../../../test/database.js';
import { Database } from '../database/database.js';
import { createLog } from './log.js';

const Letter = defineEntity({
  name: 'Letter',
  tableName: 'letter',
  properties: { id: p.integer().primary(), text: p.text() },
});

let made: TestDatabase;
let database: Database;

beforeAll(async () => {
  made = await createTestDatabase();
  const log = createLog('silent');
  database = await Database.open({ url: made.url, entities: [Letter], log });
  await database.unitOfWork(() =>
    database.query('create table letter (id int primary key, text text check (false) not null)'),
  );
});
afterAll(async () => {
  await database.close();
  await made.drop();
});

/** What the log says of an error. */
function written(err: unknown): { err: Record<string, unknown>; line: string } {
  let line = '';
  createLog('info', { write: (text) => void (line += text) }).error({ err }, 'failed');
  return { ...(JSON.parse(line) as { err: Record<string, unknown> }), line };
}

const failure = (work: () => Promise<unknown>) =>
  database.unitOfWork(work).then(
    () => expect.fail('the row was taken'),
    (error: unknown) => error,
  );

test('a row that PostgreSQL refuses is not in the log, whoever asked', async () => {
  const text = 'a letter to ada@example.org\n    about $argon2id$';
  const failures = [
    await failure(() => database.query('insert into letter values (1, $1)', [text])),
    await failure(() => database.em.insert(Letter, { id: 1, text })),
  ];
  for (const error of failures) {
    const { err, line } = written(error);
    expect(err['message']).toMatch(/violates check constraint/);
    expect(err['code']).toBe('23514');
    expect(err['stack']).toMatch(/log\.test\.ts/);
    expect(line).not.toMatch(/ada@|argon2id/);
  }
});

test('an error that carries its connection leaves it out, and says what caused it', async () => {
  const client = new pg.Client({ connectionString: made.url });
  const error = new Error('lost', { cause: new TypeError('the wire was cut') });
  const { err, line } = written(Object.assign(error, { client, code: '57P01' }));
  expect(err).toMatchObject({ type: 'Error', message: 'lost', code: '57P01' });
  expect(err['cause']).toMatchObject({ type: 'TypeError', message: 'the wire was cut' });
  expect(line).not.toMatch(/connectionParameters/);
});
