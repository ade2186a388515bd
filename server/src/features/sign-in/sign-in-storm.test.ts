import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { nobodyAt, openBeside, viewerOf } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { Refusal } from '../../kernel/errors.js';
import { Links } from '../../kernel/access/link.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Confirmations } from '../confirm/confirmations.js';
import { Passwords } from '../password/passwords.js';
import { Recoveries } from '../recovery/recoveries.js';
import { Sessions } from '../session/sessions.js';
import { SignIns } from './sign-ins.js';

let app: TestApp;
let second: SecondApp;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

/** What was done, or the code of the refusal; a deadlock or another fault fails the test. */
const outcome = async (what: string, work: Promise<unknown>) => {
  try {
    await work;
    return what;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

test('everything one can do to one’s way in, at once on two servers, ends clearly', async () => {
  const first = await app.signedIn({ username: 'ada' });
  const browsers: Viewer[] = [];
  for (let n = 0; n < 12; n += 1) {
    const { origin } = nobodyAt(`10.1.${n}.1`);
    const { secret } = await app.unit(() =>
      app
        .get(Sessions)
        .open(first.accountId!, 'PASSWORD', origin, { remember: true, confirmed: true }),
    );
    browsers.push(await viewerOf(app, secret, origin));
  }
  const { secret: link } = await app.unit(() =>
    new Links(app.kernel.database, app.clock).issue('welcome', first.accountId!, 3_600),
  );
  const proof = { password: goodPassword };
  const acts = browsers.flatMap((viewer, n) => {
    const house = n % 2 === 0 ? app : second;
    const { get, unit } = house;
    const input = { login: 'ada', password: goodPassword, remember: true };
    const next = `engine number ${n} of brass`;
    const target = browsers[(n + 1) % browsers.length]!.credentialId!;
    return [
      outcome(
        'signed in',
        unit(() => get(SignIns).signIn(viewer, input)),
      ),
      outcome(
        'confirmed',
        unit(() => get(Confirmations).confirm(viewer, proof, () => 'a browser')),
      ),
      outcome(
        'revoked',
        unit(() => get(Sessions).revoke(viewer, target)),
      ),
      outcome(
        'revoked',
        unit(() => get(Sessions).revokeOthers(viewer)),
      ),
      ...(n % 4 === 0
        ? [
            outcome(
              'changed',
              unit(() => get(Passwords).change(viewer, goodPassword, next)),
            ),
            outcome(
              'reset',
              unit(() => get(Recoveries).resetPassword(nobody, link, next)),
            ),
            outcome(
              'signed out',
              unit(() => get(Sessions).signOut(viewer)),
            ),
          ]
        : []),
    ];
  });
  const outcomes = await Promise.all(acts);
  expect(outcomes.filter((each) => each === 'reset' || each === 'changed').length).toBeGreaterThan(
    0,
  );
  expect(outcomes.filter((each) => each === 'reset').length).toBeLessThan(2);
  const allowed = ['signed in', 'confirmed', 'revoked', 'changed', 'reset', 'signed out'];
  const refused = ['INVALID_CREDENTIALS', 'INVALID_TOKEN', 'NOT_FOUND', 'UNAUTHENTICATED'];
  expect([...allowed, ...refused]).toEqual(expect.arrayContaining([...new Set(outcomes)]));
  expect(app.kernel.database.redone + second.kernel.database.redone).toBe(0);
});
