import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openBeside } from '../../../test/beside.js';
import { Refusal } from '../../kernel/errors.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import { Accounts } from './accounts.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const create = (
  username: string,
  email: string,
  viewer = systemViewer,
  house: Pick<TestApp, 'unit' | 'get' | 'kernel'> = app,
) =>
  house.unit(() =>
    house.kernel.database.transaction(() =>
      house.get(Accounts).create(viewer, { username, email }),
    ),
  );
/** `done`, or the code and field of the refusal. */
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      return `${error.code} ${error.details.field}`;
    },
  );

describe('of fifty who want the same', () => {
  test('username at once one gets it and the others are told, on two servers', async () => {
    const second = await openBeside(app);
    const found = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        outcome(create('wanted', `wanted${n}@example.org`, systemViewer, n % 2 ? second : app)),
      ),
    );
    await second.close();
    expect(found.filter((code) => code === 'done')).toHaveLength(1);
    expect(found.filter((code) => code === 'TAKEN username')).toHaveLength(49);
    const rows = await run(
      `select count(*)::int as n from activity where details->>'username' = 'wanted'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('address at once one gets it and the others are told which field', async () => {
    const found = await Promise.all(
      Array.from({ length: 50 }, (_, n) => outcome(create(`username${n}`, 'Same@Example.org'))),
    );
    expect(found.filter((code) => code === 'done')).toHaveLength(1);
    expect(found.filter((code) => code === 'TAKEN email')).toHaveLength(49);
  });
});

describe('a new account', () => {
  test.each([
    ['grace', 'GRACE@example.ORG', 'grace2', 'grace@EXAMPLE.org', 'TAKEN email'],
    ['linus', 'linus@example.org', 'linus', 'other@example.org', 'TAKEN username'],
    ['umlaut', 'a@bücher.example', 'umlaut2', 'a@xn--bcher-kva.example', 'TAKEN email'],
  ])('%s: %s is the same as another', async (username, email, second, other, expected) => {
    expect(await outcome(create(username, email))).toBe('done');
    expect(await outcome(create(second, other))).toBe(expected);
  });

  test.each([
    ['Ada', 'BAD_USER_INPUT username'],
    ['ad', 'BAD_USER_INPUT username'],
    ['a'.repeat(33), 'BAD_USER_INPUT username'],
    ['1ada', 'BAD_USER_INPUT username'],
    ['ada\0', 'BAD_USER_INPUT username'],
    ['аda', 'BAD_USER_INPUT username'],
    ['ada.b', 'BAD_USER_INPUT username'],
    ["ada';--", 'BAD_USER_INPUT username'],
  ])('cannot be called %j', async (username, expected) => {
    expect(await outcome(create(username, 'fine@example.org'))).toBe(expected);
  });

  test.each(['', 'x', 'a@b', 'a@b\0.org', 'a b@example.org', '"a"@example.org', 'a@1.2.3.4'])(
    'cannot have the address %j',
    async (email) => {
      expect(await outcome(create('charles', email))).toBe('BAD_USER_INPUT email');
    },
  );

  test('gets the name of a system account only from who administers', async () => {
    expect(await outcome(create('postgres', 'p@example.org', nobody))).toBe('TAKEN username');
    expect(await outcome(create('postgres', 'p@example.org'))).toBe('done');
  });

  test('leaves nothing, in the log neither, when what it was part of fails', async () => {
    const failing = app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(Accounts).create(systemViewer, { username: 'ghost', email: 'g@example.org' });
        throw new Error('something else went wrong');
      }),
    );
    await expect(failing).rejects.toThrow('something else');
    expect(await run(`select 1 from account where username = 'ghost'`)).toEqual([]);
    expect(await run(`select 1 from activity where details->>'username' = 'ghost'`)).toEqual([]);
  });
});
