import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { EmittedEvents } from '../event/emitted-events.js';
import type { EmittedInput } from '../event/emitted-events.js';
import { Idempotency } from './idempotency.js';

let app: TestApp;
let second: SecondApp;
let host: Viewer;
let other: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
  host = await app.signedIn({ permissions: ['admin.notifications'] });
  other = await app.signedIn({ permissions: ['admin.notifications'] });
  await app.signedIn({ username: 'ada' });
  await app.signedIn({ username: 'bob' });
});
beforeEach(async () => {
  await run('delete from message');
  await run('delete from idempotency_key');
});
afterAll(async () => {
  await second.close();
  await app.close();
});

const run = (sql: string) => app.unit(() => app.kernel.database.query(sql));
const event: EmittedInput = {
  key: 'plex-1',
  type: 'system.application_installed',
  username: 'ada',
  translations: [],
  data: { application: 'Plex', size: 1 },
};
const emit = (
  change: Partial<EmittedInput> = {},
  viewer = host,
  house: SecondApp | TestApp = app,
) => house.unit(() => house.get(EmittedEvents).emit(viewer, { ...event, ...change }));
const counts = async () =>
  (
    await run(
      'select (select count(*)::int from message) as messages, (select count(*)::int from notification) as rows',
    )
  )[0];

describe('the same key', () => {
  test('twice makes one notification, and says so', async () => {
    expect(await emit()).toMatchObject({ duplicate: false, recipients: 1 });
    expect(await emit()).toMatchObject({ duplicate: true, recipients: 1 });
    expect(await counts()).toEqual({ messages: 1, rows: 1 });
  });

  test('fifty times at once on two servers makes one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => emit({}, host, n % 2 === 0 ? app : second)),
    );
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(answers.every(({ recipients }) => recipients === 1)).toBe(true);
    expect(await counts()).toEqual({ messages: 1, rows: 1 });
  });

  test('with the same content in another order or spelling is the same', async () => {
    await emit();
    const again = await emit({ username: ' ADA', data: { size: 1, application: 'Plex' } });
    expect(again.duplicate).toBe(true);
  });

  test.each<[string, Partial<EmittedInput>]>([
    ['user', { username: 'bob' }],
    ['no user', { username: null }],
    ['type', { type: 'system.update_available', data: { application: 'Plex', version: '2' } }],
    ['data', { data: { application: 'Plex', size: 2 } }],
    ['title', { title: 'Plex' }],
    ['severity', { severity: 'CRITICAL' }],
    ['link', { url: 'https://example.org' }],
  ])('with another %s is a conflict and changes nothing', async (_, change) => {
    await emit();
    expect(await codeOf(emit(change))).toBe('CONFLICT');
    expect(await counts()).toEqual({ messages: 1, rows: 1 });
  });

  test('of another sender is another key', async () => {
    await emit();
    expect(await emit({ username: 'bob' }, other)).toMatchObject({ duplicate: false });
    expect(await counts()).toEqual({ messages: 2, rows: 2 });
  });

  test('is free again when what it was for was undone', async () => {
    const work = app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(EmittedEvents).emit(host, event);
        throw new Error('undone');
      }),
    );
    await expect(work).rejects.toThrow('undone');
    expect(await counts()).toEqual({ messages: 0, rows: 0 });
    expect(await emit()).toMatchObject({ duplicate: false });
  });

  test('is remembered for thirty days', async () => {
    await emit();
    const sweep = () => app.unit(() => app.get(Idempotency).sweep());
    app.clock.advance(30 * 86_400_000);
    await sweep();
    expect(await emit()).toMatchObject({ duplicate: true });
    app.clock.advance(1);
    await sweep();
    expect(await emit()).toMatchObject({ duplicate: false });
  });
});
