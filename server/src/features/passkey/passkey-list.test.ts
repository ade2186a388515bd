import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { newId } from '../../kernel/id.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const removal = `mutation ($id: ID!) { removePasskey(id: $id) { passkeys { id } hasPassword } }`;
const renaming = `mutation ($id: ID!, $name: String!) { renamePasskey(id: $id, name: $name) { name } }`;

let app: TestApp;
let page: PasskeyPage;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  page = new PasskeyPage(app);
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const remove = (id: string, viewer = ada) => app.graphql(removal, { id }, viewer);
const rename = (id: string, name: string, viewer = ada) =>
  app.graphql(renaming, { id, name }, viewer);
const log = async (kind: string) => {
  const rows = await app.kernel.database.queryApart<{ details: object }>(
    'select details from activity where account_id = $1 and kind = $2',
    [ada.accountId, kind],
  );
  return rows.map(({ details }) => details);
};
const forgetPassword = (viewer: Viewer) =>
  app.kernel.database.queryApart('delete from password where account_id = $1', [viewer.accountId]);

describe('renaming a passkey', () => {
  test('needs no fresh proof and is in the log', async () => {
    const id = await page.register(ada);
    const answer = await rename(id, ' My laptop ', { ...ada, confirmedUntil: null });
    expect(answer.data).toEqual({ renamePasskey: { name: 'My laptop' } });
    await rename(id, 'My laptop');
    expect(await log('passkey.renamed')).toEqual([{ name: 'My laptop', former: 'Passkey' }]);
  });

  test.each(['', '  ', 'x'.repeat(65), 'a\nb', 'a\0b', '\u202e'])(
    'to %j is refused',
    async (name) => {
      const id = await page.register(ada);
      expect(refusalOf(await rename(id, name))).toEqual({ code: 'BAD_USER_INPUT', field: 'name' });
    },
  );

  test('may use sixty-four characters of any script', async () => {
    const id = await page.register(ada);
    expect(refusalOf(await rename(id, '🔑'.repeat(64)))).toBeNull();
  });

  test('is not for somebody else’s, nor for what is none', async () => {
    const id = await page.register(await app.signedIn());
    for (const other of [id, newId()]) {
      expect(refusalOf(await rename(other, 'x'))).toEqual({ code: 'NOT_FOUND', field: 'id' });
    }
    expect(refusalOf(await rename('x', 'x'))).toEqual({ code: 'BAD_USER_INPUT', field: 'id' });
  });
});

describe('removing a passkey', () => {
  test('takes it out of the list and ends its use at once', async () => {
    const authenticator = page.authenticator();
    const id = await page.register(ada, authenticator);
    const { id: ceremonyId, options } = await page.start('startPasskeySignIn');
    const { data } = await remove(id);
    expect(data).toEqual({ removePasskey: { passkeys: [], hasPassword: true } });
    const late = await page.finishSignIn(ceremonyId, authenticator.get(options));
    expect(refusalOf(late)?.code).toBe('INVALID_CREDENTIALS');
    expect(await log('passkey.removed')).toEqual([{ name: 'Passkey' }]);
    expect(refusalOf(await remove(id))).toEqual({ code: 'NOT_FOUND', field: 'id' });
  });

  test('needs a fresh proof', async () => {
    const id = await page.register(ada);
    const refused = refusalOf(await remove(id, { ...ada, confirmedUntil: null }));
    expect(refused?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
  });

  test('is not for somebody else’s, nor for what is none', async () => {
    const id = await page.register(await app.signedIn());
    expect(refusalOf(await remove(id))).toEqual({ code: 'NOT_FOUND', field: 'id' });
    expect(refusalOf(await remove(''))).toEqual({ code: 'BAD_USER_INPUT', field: 'id' });
  });

  test('is refused for the last way to sign in, also when two go at once', async () => {
    const pairs = [];
    for (let made = 0; made < 8; made += 1) {
      const viewer = await app.signedIn();
      pairs.push({ viewer, ids: [await page.register(viewer), await page.register(viewer)] });
      await forgetPassword(viewer);
    }
    const answers = await Promise.all(
      pairs.map(({ viewer, ids }) => Promise.all(ids.map((id) => remove(id, viewer)))),
    );
    for (const both of answers) {
      const codes = both.map((answer) => refusalOf(answer)?.code ?? 'done');
      expect(codes.sort()).toEqual(['WOULD_LOCK_OUT', 'done']);
    }
    const [removed] = await app.kernel.database.queryApart<{ count: number }>(
      `select count(*)::int as count from activity
       where kind = 'passkey.removed' and account_id = any($1)`,
      [pairs.map(({ viewer }) => viewer.accountId)],
    );
    expect(removed!.count).toBe(8);
  });

  test('is refused when the only password was for one use and its time is over', async () => {
    const id = await page.register(ada);
    await app.kernel.database.queryApart(
      'update password set one_time_until = $2 where account_id = $1',
      [ada.accountId, app.clock.now()],
    );
    expect(refusalOf(await remove(id))?.code).toBe('WOULD_LOCK_OUT');
  });
});

test('a session that is being ended adds nothing and takes nothing away', async () => {
  const id = await page.register(ada);
  const { id: ceremonyId, options } = await page.start('startPasskeyRegistration', ada);
  const owner = new pg.Client({ connectionString: app.databaseUrl });
  await owner.connect();
  try {
    await owner.query('begin');
    await owner.query('delete from session where account_id = $1', [ada.accountId]);
    const thief = Promise.all([
      page.finishRegistration(ada, ceremonyId, page.authenticator().create(options)),
      remove(id),
    ]);
    await setTimeout(200);
    await owner.query('commit');
    for (const answer of await thief) {
      expect(refusalOf(answer)?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    }
  } finally {
    await owner.end();
  }
  expect(await log('passkey.added')).toHaveLength(1);
  expect(await log('passkey.removed')).toEqual([]);
});

test('a program with a token reads the list, and neither changes it nor learns what authenticators know', async () => {
  const id = await page.register(ada);
  const token: Viewer = {
    ...ada,
    kind: 'token',
    scopes: new Set(['ACCOUNT_READ', 'ACCOUNT_WRITE']),
  };
  const read = (fields: string) =>
    app.graphql(`{ me { security { passkeys { ${fields} } } } }`, {}, token);
  expect((await read('name createdAt backedUp')).errors).toBeUndefined();
  expect(refusalOf(await read('credentialId'))?.code).toBe('FORBIDDEN');
  expect(refusalOf(await remove(id, token))?.code).toBe('FORBIDDEN');
  expect(refusalOf(await rename(id, 'x', token))?.code).toBe('FORBIDDEN');
});

test('a page that is about to sign somebody in learns which host the passkeys are for', async () => {
  const { data } = await app.graphql('{ site { passkeyHost } }');
  expect(data).toEqual({ site: { passkeyHost: 'localhost' } });
});
