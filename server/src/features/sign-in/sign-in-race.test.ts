import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { PasswordHasher } from '../../kernel/crypto/password-hash.js';
import { Passwords } from '../password/passwords.js';
import { SignIns } from './sign-ins.js';
import type { SignedIn } from '../session/sign-in-completion.js';

let app: TestApp;
let ada: Viewer;
let client: pg.Client;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
});
afterEach(() => client.end());
afterAll(() => app.close());

const signIn = (viewer: Viewer) => {
  const input = { login: viewer.name, password: goodPassword, remember: true };
  return codeOf(app.unit(() => app.get(SignIns).signIn(nobody, input)));
};
const sessions = (viewer: Viewer) =>
  app.unit(() =>
    app.kernel.database.query('select id from session where account_id = $1', [viewer.accountId]),
  );
/** Until so many wait for what `client` has locked. */
const untilSomebodyWaits = (many = 1) =>
  vi.waitFor(async () => {
    // Else a transaction goes on seeing the connections that there were.
    await client.query('select pg_stat_clear_snapshot()');
    const { rows } = await client.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(many);
  }, 5_000);

describe('a sign-in that is under way', () => {
  test('gets no session once the password it knew was changed', async () => {
    await client.query('begin');
    await client.query('select 1 from password where account_id = $1 for update', [ada.accountId]);
    const answer = signIn(ada);
    await untilSomebodyWaits();
    await client.query(`update password set hash = hash || 'x' where account_id = $1`, [
      ada.accountId,
    ]);
    await client.query('delete from session where account_id = $1', [ada.accountId]);
    await client.query('commit');
    expect(await answer).toBe('INVALID_CREDENTIALS');
    expect(await sessions(ada)).toEqual([]);
  });

  test('gets no session once the account was disabled', async () => {
    await client.query('begin');
    await client.query('update account set disabled_at = now() where id = $1', [ada.accountId]);
    const answer = signIn(ada);
    await untilSomebodyWaits();
    await client.query('commit');
    expect(await answer).toBe('ACCOUNT_DISABLED');
    expect(await sessions(ada)).toHaveLength(1);
  });

  test('gets no session by its password alone once a second factor was switched on', async () => {
    await client.query('begin');
    await client.query('select 1 from account where id = $1 for no key update', [ada.accountId]);
    const answer = signIn(ada);
    await untilSomebodyWaits();
    await client.query(
      `insert into totp (account_id, secret_sealed, last_step, enrolled_at) values ($1, 'x', 0, now())`,
      [ada.accountId],
    );
    await client.query('commit');
    expect(await answer).toBe('INVALID_CREDENTIALS');
    expect(await sessions(ada)).toHaveLength(1);
  });

  test('gets its session also when another one hashes the same password again meanwhile', async () => {
    const cost = { memory: 64, passes: 1, lanes: 1 };
    const hash = await new PasswordHasher({ cost }).hash(goodPassword);
    await client.query('update password set hash = $2 where account_id = $1', [
      ada.accountId,
      hash,
    ]);
    await client.query('begin');
    await client.query('select 1 from password where account_id = $1 for update', [ada.accountId]);
    const answers = [signIn(ada), signIn(ada)];
    await untilSomebodyWaits(2);
    await client.query('commit');
    expect(await Promise.all(answers)).toEqual(['done', 'done']);
  });

  test('is ended by a change of the password that comes second', async () => {
    const many = Array.from({ length: 4 }, () => signIn(ada));
    const change = codeOf(
      app.unit(() => app.get(Passwords).change(ada, goodPassword, 'another engine of brass')),
    );
    await Promise.all(many);
    expect(await change).toBe('done');
    expect(await sessions(ada)).toEqual([{ id: ada.credentialId }]);
  });
});

test('two browsers that change the password at once: one does, the other is signed out', async () => {
  const other = await app.unit(async () => {
    const input = { login: ada.name, password: goodPassword, remember: true };
    return app.get(SignIns).signIn(nobody, input) as Promise<SignedIn>;
  });
  const [row] = await app.unit(() =>
    app.kernel.database.query<{ id: string }>(
      'select id from session where account_id = $1 and id <> $2',
      [ada.accountId, ada.credentialId],
    ),
  );
  expect(other.secret).toHaveLength(43);
  const viewers = [ada, { ...ada, credentialId: row!.id }];
  const codes = await Promise.all(
    viewers.map((viewer, n) =>
      codeOf(
        app.unit(() =>
          app.get(Passwords).change(viewer, goodPassword, `engine number ${n} of brass`),
        ),
      ),
    ),
  );
  expect(codes.sort()).toEqual(['INVALID_CREDENTIALS', 'done']);
  expect(await sessions(ada)).toHaveLength(1);
});
