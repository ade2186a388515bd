import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { viewerOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SessionCredential } from './session.credential.js';
import { Sessions } from './sessions.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const open = (remember = true) =>
  app.unit(() =>
    app
      .get(Sessions)
      .open(ada.accountId!, 'PASSWORD', nobody.origin, { remember, confirmed: true }),
  );
const kindOf = async (secret: string) => (await viewerOf(app, secret)).kind;

describe('a session', () => {
  test('ends after seven idle days', async () => {
    const { secret, maxAge } = await open();
    expect(maxAge).toBe(30 * 86_400);
    app.clock.advance(7 * day - 1);
    expect(await kindOf(secret)).toBe('session');
    app.clock.advance(7 * day - 1);
    expect(await kindOf(secret)).toBe('session');
    app.clock.advance(7 * day);
    expect(await kindOf(secret)).toBe('anonymous');
  });

  test('ends after thirty days in all, however busy', async () => {
    const { secret } = await open();
    for (let passed = 0; passed < 29; passed += 1) {
      app.clock.advance(day);
      expect(await kindOf(secret)).toBe('session');
    }
    app.clock.advance(day - 1);
    const viewer = await viewerOf(app, secret);
    expect(viewer.endsAt).toEqual(new Date(app.clock.now().getTime() + 1));
    app.clock.advance(1);
    expect(await kindOf(secret)).toBe('anonymous');
  });

  test('that is not to be remembered ends with the browser or after twelve idle hours', async () => {
    const { secret, maxAge } = await open(false);
    expect(maxAge).toBeNull();
    app.clock.advance(12 * hour - 1);
    expect(await kindOf(secret)).toBe('session');
    app.clock.advance(12 * hour);
    expect(await kindOf(secret)).toBe('anonymous');
  });

  test('ends on sockets by the same clock', async () => {
    const viewer = await viewerOf(app, (await open()).secret);
    const credential = new SessionCredential(app.kernel, app.get(Sessions));
    const recheck = () => app.unit(() => credential.recheck([viewer]));
    app.clock.advance(7 * day - 1);
    expect(await recheck()).toMatchObject([{ credentialId: viewer.credentialId }]);
    app.clock.advance(1);
    expect(await recheck()).toEqual([4401]);
  });

  test('follows the policy as it is now', async () => {
    const { secret } = await open();
    await run('update site set session_idle_days = 1');
    app.clock.advance(day);
    expect(await kindOf(secret)).toBe('anonymous');
    await run('update site set session_idle_days = 7');
  });

  test('notes that it is in use once a minute, whatever comes at once', async () => {
    const { secret } = await open();
    const { credentialId } = await viewerOf(app, secret);
    const active = async () => {
      const [row] = await run('select last_active_at, xmin::text from session where id = $1', [
        credentialId,
      ]);
      return row as { last_active_at: Date; xmin: string };
    };
    const first = await active();
    app.clock.advance(minute - 1);
    await kindOf(secret);
    expect(await active()).toEqual(first);
    app.clock.advance(1);
    await kindOf(secret);
    const second = await active();
    expect(second.last_active_at).toEqual(app.clock.now());
    app.clock.advance(1);
    // What was read before the write must not write again.
    const stale = { id: credentialId!, lastActiveAt: first.last_active_at };
    await app.unit(() => app.get(Sessions).touch(stale));
    expect(await active()).toEqual(second);
  });

  test('that has ended is swept, and no other', async () => {
    await run('delete from session');
    const gone = await open(false);
    app.clock.advance(12 * hour);
    const stays = await open();
    await app.unit(() => app.get(Sessions).sweep());
    expect(await run('select 1 from session')).toHaveLength(1);
    expect(await kindOf(gone.secret)).toBe('anonymous');
    expect(await kindOf(stays.secret)).toBe('session');
  });
});

describe('the secret in the cookie', () => {
  test('stays good for ten seconds after another took its place', async () => {
    const former = app.secretOf(ada);
    const { secret } = await app.unit(() => app.get(Sessions).rotate(ada, { keepFormer: true }));
    app.clock.advance(9_999);
    expect((await viewerOf(app, former)).credentialId).toBe(ada.credentialId);
    app.clock.advance(1);
    expect(await kindOf(former)).toBe('anonymous');
    expect(await kindOf(secret)).toBe('session');
  });

  test('is worth nothing once the session was revoked, in those seconds as well', async () => {
    const former = app.secretOf(ada);
    await app.unit(() => app.get(Sessions).rotate(ada, { keepFormer: true }));
    await app.unit(() => app.get(Sessions).revoke(ada, ada.credentialId!));
    expect(await kindOf(former)).toBe('anonymous');
  });

  test.each(['', 'x', 'a\0b', '\ud800', "' or 1=1 --", 'x'.repeat(10_000)])(
    'cannot be %j',
    async (secret) => {
      expect(await kindOf(secret)).toBe('anonymous');
    },
  );

  test('is not the id in the API, nor what the database keeps', async () => {
    const secret = app.secretOf(ada);
    const [row] = await run('select id, secret_hash from session where id = $1', [
      ada.credentialId,
    ]);
    expect(await kindOf(row!['id'] as string)).toBe('anonymous');
    expect(await kindOf(row!['secret_hash'] as string)).toBe('anonymous');
    expect(await kindOf(secret)).toBe('session');
  });
});
