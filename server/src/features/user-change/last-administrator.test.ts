import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { UserChanges } from './user-changes.js';
import { UserDeletion } from './user-deletion.js';

let app: TestApp;
let second: SecondApp;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
});
beforeEach(() => sql('delete from account'));
afterAll(async () => {
  await second.close();
  await app.close();
});

const sql = (text: string) => app.unit(() => app.kernel.database.query(text));
const managers = async () => {
  const rows = await sql(
    `select id from account where 'admin.users' = any(permissions) and disabled_at is null`,
  );
  return rows.length;
};
const someone = () => app.signedIn({ permissions: ['admin.users'] });

const ways: [string, (house: SecondApp, viewer: Viewer, id: string) => Promise<unknown>][] = [
  ['demote', (house, viewer, id) => house.get(UserChanges).update(viewer, id, { role: 'USER' })],
  ['disable', (house, viewer, id) => house.get(UserChanges).update(viewer, id, { disabled: true })],
  [
    'take the permission from',
    (house, viewer, id) => house.get(UserChanges).update(viewer, id, { permissions: [] }),
  ],
  ['delete', (house, viewer, id) => house.get(UserDeletion).delete(viewer, id)],
];

test.each(ways)('two who %s each other at once, on two servers, leave one', async (_, act) => {
  for (let round = 0; round < 5; round += 1) {
    await sql('delete from account');
    const [ada, ben] = [await someone(), await someone()];
    const codes = await Promise.all([
      codeOf(app.unit(() => act(app, ada, ben.accountId!))),
      codeOf(second.unit(() => act(second, ben, ada.accountId!))),
    ]);
    expect(codes.sort()).toEqual(['FORBIDDEN', 'done']);
    expect(await managers()).toBe(1);
  }
});

test('six who demote whom they can at once leave one', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, someone));
  const [, demote] = ways[0]!;
  await Promise.all(
    all.flatMap((viewer, n) =>
      all
        .filter((other) => other !== viewer)
        .map((other) => {
          const house = n % 2 === 0 ? app : second;
          return codeOf(house.unit(() => demote(house, viewer, other.accountId!)));
        }),
    ),
  );
  expect(await managers()).toBe(1);
});

test.each(ways)('the command line cannot %s the only one either', async (_, act) => {
  const only = await someone();
  const operator = commandViewer('root');
  const code = await codeOf(app.unit(() => act(app, operator, only.accountId!)));
  expect(code).toBe('WOULD_LOCK_OUT');
  expect(await managers()).toBe(1);
  await someone();
  expect(await codeOf(app.unit(() => act(app, operator, only.accountId!)))).toBe('done');
  expect(await managers()).toBe(1);
});
