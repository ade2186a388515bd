import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Accounts } from '../account/accounts.js';

let app: TestApp;
let ada: Viewer;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  admin = await app.signedIn({ permissions: ['admin.users'] });
});
afterAll(() => app.close());

const remove = (viewer = admin, id = ada.accountId) =>
  app.graphql('mutation ($id: ID!) { deleteUser(id: $id) }', { id }, viewer);
const exists = async () =>
  (await app.unit(() => app.get(Accounts).findByUsername(ada.name))) !== null;

describe('an administrator who deletes somebody', () => {
  test('removes the account and its sessions; the log says who did it', async () => {
    expect((await remove()).data).toEqual({ deleteUser: true });
    expect(await exists()).toBe(false);
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    const rows = await app.unit(() =>
      app.kernel.database.query(
        `select actor, details from activity where kind = 'user.deleted' and actor = $1`,
        [admin.name],
      ),
    );
    // And nothing of the person, whose account is a number in the log from now on.
    expect(rows).toEqual([{ actor: admin.name, details: {} }]);
    expect(refusalOf(await remove())).toEqual({ code: 'NOT_FOUND', field: 'id' });
  });

  test('needs the permission, a session and a fresh proof', async () => {
    const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
    const other = await app.signedIn({ permissions: ['admin.policy'] });
    const late = { ...admin, confirmedUntil: null };
    for (const viewer of [token, other]) {
      expect(refusalOf(await remove(viewer))?.code).toBe('FORBIDDEN');
    }
    expect(refusalOf(await remove(late))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    expect(await exists()).toBe(true);
  });

  test('is refused for himself, and for who holds a permission he lacks', async () => {
    const above = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
    for (const id of [admin.accountId, above.accountId]) {
      expect(refusalOf(await remove(admin, id))).toEqual({ code: 'FORBIDDEN', field: 'id' });
    }
  });
});
