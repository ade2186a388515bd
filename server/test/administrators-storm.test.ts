import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccountDeletions } from '../src/features/closure/account-deletions.js';
import { Invites } from '../src/features/invite/invites.js';
import { Licenses } from '../src/features/license/licenses.js';
import { LockDowns } from '../src/features/lock-down/lock-downs.js';
import { Passwords } from '../src/features/password/passwords.js';
import { allPermissions } from '../src/features/permission/permissions.js';
import { Policies } from '../src/features/policy/policies.js';
import { Sessions } from '../src/features/session/sessions.js';
import { SignIns } from '../src/features/sign-in/sign-ins.js';
import { UserCreation } from '../src/features/user/user-creation.js';
import { UserChanges } from '../src/features/user-change/user-changes.js';
import { UserCredentials } from '../src/features/user-change/user-credentials.js';
import { UserDeletion } from '../src/features/user-change/user-deletion.js';
import { errorCodes, refusalIn } from '../src/kernel/errors.js';
import type { Get } from '../src/kernel/get.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { goodPassword, nobody } from './app.js';
import { codeOf, openBeside } from './beside.js';
import type { SecondApp } from './beside.js';
import { createMailedApp } from './mail.js';
import type { MailedApp } from './mail.js';
import { enrol } from './second-factor.js';

let app: MailedApp;
let houses: readonly SecondApp[];
beforeAll(async () => {
  app = await createMailedApp();
  houses = [app, await openBeside(app), await openBeside(app), await openBeside(app)];
});
afterAll(async () => {
  for (const house of houses.slice(1)) await house.close();
  await app.close();
});

type Act = (get: Get) => Promise<unknown>;

/** What one administrator does to another, and to himself and the site meanwhile. */
const actsOf = (me: Viewer, other: Viewer, round: number): Act[] => {
  const id = other.accountId!;
  const input = { login: me.name, password: goodPassword, remember: true };
  const guest = `${me.name}.guest${round}`;
  return [
    (get) => get(UserCredentials).setPassword(me, id, null),
    (get) => get(UserCredentials).disableTwoFactor(me, id),
    (get) => get(UserCredentials).clearIpAllowlist(me, id),
    (get) => get(UserCredentials).endSessions(me, id),
    (get) => get(UserChanges).update(me, id, { permissions: ['admin.users'] }),
    (get) => get(UserChanges).update(me, id, { email: `${other.name}.${round}@example.net` }),
    (get) => get(UserChanges).update(me, id, { disabled: true }),
    (get) => get(UserDeletion).delete(me, id),
    (get) =>
      get(Invites).create(me, { email: `${guest}@example.org`, role: 'USER', permissions: [] }),
    (get) =>
      get(UserCreation).create(me, {
        username: guest.replaceAll('.', '-'),
        email: `${guest}@example.com`,
        role: 'USER',
      }),
    (get) => get(Licenses).issue(me, id, 'mailer'),
    (get) => get(Policies).update(me, { minLength: 12 + (round % 2) }),
    (get) => get(LockDowns).lockDown(me),
    (get) => get(Sessions).revokeOthers(me),
    (get) => get(Passwords).change(me, goodPassword, 'an engine of brass'),
    (get) => get(AccountDeletions).request(me),
    (get) => get(SignIns).signIn(nobody, input),
  ];
};

test.each([0, 1, 2, 3, 4, 5])(
  'two administrators who do everything to each other at once end clearly: %d',
  async (round) => {
    const people: Viewer[] = [];
    for (const name of ['ada', 'eve']) {
      const viewer = await app.signedIn({
        username: `${name}${round}`,
        permissions: allPermissions,
      });
      await enrol(app, viewer);
      people.push(viewer);
    }
    const [ada, eve] = people as [Viewer, Viewer];
    const acts = [...actsOf(ada, eve, round), ...actsOf(eve, ada, round)];
    // Each round begins elsewhere in the list.
    const turned = [...acts.slice(round * 5), ...acts.slice(0, round * 5)];
    const answers = await Promise.all(
      turned.map((act, n) => {
        const { get, unit } = houses[n % houses.length]!;
        const work = unit(() => act(get)).catch((error: unknown) => {
          throw refusalIn(error) ?? error;
        });
        return codeOf(work);
      }),
    );
    const known = new Set<string>(['done', ...errorCodes]);
    expect(answers.filter((answer) => !known.has(answer))).toEqual([]);
    expect(answers).toContain('done');
    expect(houses.map(({ kernel }) => kernel.database.redone)).toEqual([0, 0, 0, 0]);
  },
);
