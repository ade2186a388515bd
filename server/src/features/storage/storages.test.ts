import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Limits } from '../limit/limits.js';
import { Measurements } from './measurements.js';
import { daysUntilFull } from './storage-history.js';

let app: TestApp;
let plain: TestApp;
let root: Viewer;
let storageRoot: string;
beforeAll(async () => {
  storageRoot = mkdtempSync(join(tmpdir(), 'gatehouse-storage-'));
  app = await createTestApp({ STORAGE_ROOT: storageRoot });
  plain = await createTestApp();
  root = await app.signedIn({ username: 'root1', permissions: ['admin.users'] });
});
afterAll(async () => {
  await plain.close();
  await app.close();
  rmSync(storageRoot, { recursive: true, force: true });
});

const fields = `usedBytes quotaBytes unlimited percent measuredAt measuring measurable daysUntilFull
  parts { name usedBytes } skipped { reason count examples } history { day usedBytes }`;
interface Shown {
  usedBytes: number;
  parts: { name: string; usedBytes: number }[];
  history: { day: string; usedBytes: number }[];
  [key: string]: unknown;
}
const measure = (who: Viewer, on = app) =>
  on.graphql(`mutation { measureStorage { ${fields} } }`, {}, who);
const storageOf = async (who: Viewer, on = app) => {
  const { data } = await on.graphql(`{ me { storage { ${fields} } } }`, {}, who);
  return (data as { me: { storage: Shown } }).me.storage;
};
function fill(who: Viewer, files: Record<string, number>): string {
  const folder = join(storageRoot, who.name);
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, Buffer.alloc(bytes, 1));
  }
  return folder;
}
const nextMinute = () => app.clock.advance(60_000);

describe('somebody', () => {
  test('who never had a folder or a report uses nothing, without a limit', async () => {
    const ada = await app.signedIn();
    expect(await storageOf(ada)).toEqual({
      usedBytes: 0,
      quotaBytes: -1,
      unlimited: true,
      percent: null,
      measuredAt: null,
      measuring: false,
      measurable: true,
      daysUntilFull: null,
      parts: [],
      skipped: [],
      history: [],
    });
  });

  test('measures the folder when asked, once a minute', async () => {
    const ada = await app.signedIn();
    fill(ada, { 'Maildir/cur/one': 100_000, 'backup/two': 10_000, three: 1 });
    await app.unit(() => app.get(Limits).change(ada.accountId!, 'disk', { most: 1_000_000 }));
    const { data } = await measure(ada);
    const measured = (data as { measureStorage: Shown }).measureStorage;
    expect(measured).toMatchObject({
      quotaBytes: 1_000_000,
      unlimited: false,
      measuring: false,
      skipped: [],
      measuredAt: app.clock.now().toISOString(),
    });
    expect(measured.parts.map(({ name }) => name)).toEqual(['Maildir', 'backup', '.']);
    expect(measured.usedBytes).toBeGreaterThan(110_000);
    expect(measured.history).toEqual([
      { day: app.clock.now().toISOString().slice(0, 10), usedBytes: measured.usedBytes },
    ]);
    expect(await storageOf(ada)).toEqual(measured);
    expect(refusalOf(await measure(ada))).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 60 });
    nextMinute();
    fill(ada, { 'backup/more': 500_000 });
    const again = (await measure(ada)).data as { measureStorage: Shown };
    expect(again.measureStorage.usedBytes).toBeGreaterThan(measured.usedBytes + 499_999);
  });

  test('is warned by a measurement as by a report', async () => {
    const ada = await app.signedIn();
    fill(ada, { file: 200_000 });
    await app.unit(() => app.get(Limits).change(ada.accountId!, 'disk', { most: 210_000 }));
    await measure(ada);
    const { data } = await app.graphql('{ me { inbox { nodes { type } } } }', {}, ada);
    const { nodes } = (data as { me: { inbox: { nodes: { type: string }[] } } }).me.inbox;
    expect(nodes.map(({ type }) => type)).toEqual(['quota.near_limit', 'quota.near_limit']);
  });

  test('whose folder is a link is not measured elsewhere, and keeps the last figure', async () => {
    const ada = await app.signedIn();
    const folder = fill(ada, { file: 50_000 });
    await measure(ada);
    const before = await storageOf(ada);
    nextMinute();
    rmSync(folder, { recursive: true });
    symlinkSync('/etc', folder);
    await measure(ada);
    const after = await storageOf(ada);
    expect(after.usedBytes).toBe(before.usedBytes);
    expect(after['measuredAt']).toBe(before['measuredAt']);
    expect(after['skipped']).toEqual([{ reason: 'UNREADABLE', count: 1, examples: ['.'] }]);
  });

  test('whose folder is gone uses nothing', async () => {
    const ada = await app.signedIn();
    const folder = fill(ada, { file: 50_000 });
    await measure(ada);
    rmSync(folder, { recursive: true });
    nextMinute();
    await measure(ada);
    expect(await storageOf(ada)).toMatchObject({ usedBytes: 0, parts: [] });
  });

  test('with a token needs the scope', async () => {
    const ada = await app.signedIn();
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_READ']) };
    expect(refusalOf(await measure(token))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await measure({ ...token, scopes: new Set(['ACCOUNT_WRITE']) }))).toBeNull();
  });
});

describe('without STORAGE_ROOT', () => {
  test('nothing is measured, and what is reported is shown', async () => {
    const chief = await plain.signedIn({ permissions: ['admin.users'] });
    const ada = await plain.signedIn();
    expect(refusalOf(await measure(ada, plain))?.code).toBe('NOT_CONFIGURED');
    await plain.unit(() =>
      plain.get(Limits).report(chief, { username: ada.name, key: 'disk', used: 4_096 }),
    );
    expect(await storageOf(ada, plain)).toMatchObject({
      usedBytes: 4_096,
      measurable: false,
      measuredAt: plain.clock.now().toISOString(),
      history: [{ usedBytes: 4_096 }],
    });
  });
});

describe('the hourly round', () => {
  const round = (on: Pick<TestApp, 'get'> & { unit: TestApp['unit'] } = app) =>
    on.unit(() => on.get(Measurements).measureAll());

  test('measures everybody, and leaves alone what others report', async () => {
    const [ada, ben] = [await app.signedIn(), await app.signedIn()];
    fill(ada, { file: 9_000 });
    fill(ben, { file: 9_000 });
    await app.unit(() =>
      app.get(Limits).report(root, { username: ben.name, key: 'disk', used: 7 }),
    );
    app.clock.advance(3_600_000);
    await round();
    expect((await storageOf(ada)).usedBytes).toBeGreaterThan(9_000);
    expect((await storageOf(ben)).usedBytes).toBe(7);
    // He has stopped reporting.
    app.clock.advance(25 * 3_600_000);
    await round();
    expect((await storageOf(ben)).usedBytes).toBeGreaterThan(9_000);
  });

  test('walks a folder once at a time, and the claim of a server that died lapses', async () => {
    const ada = await app.signedIn();
    fill(ada, { file: 9_000 });
    const claim = (hours: number) =>
      app.unit(() =>
        app.kernel.database.query(
          `insert into storage (account_id, measuring_since) values ($1, $2)
           on conflict (account_id) do update set measuring_since = $2`,
          [ada.accountId, new Date(app.clock.now().getTime() - hours * 3_600_000)],
        ),
      );
    await claim(1);
    await app.unit(() => app.get(Measurements).measure(ada.accountId!));
    expect(await storageOf(ada)).toMatchObject({ usedBytes: 0, measuring: true });
    await claim(4);
    await app.unit(() => app.get(Measurements).measure(ada.accountId!));
    const done = await storageOf(ada);
    expect(done).toMatchObject({ measuring: false });
    expect(done.usedBytes).toBeGreaterThan(9_000);
  });
});

test('an administrator sees what everybody occupies, by a bounded number of statements', async () => {
  const ada = await app.signedIn();
  fill(ada, { 'www/file': 30_000 });
  await app.unit(() => app.get(Measurements).measure(ada.accountId!));
  const { data } = await app.graphql(
    `query ($search: String) { admin { users(search: $search) { nodes { username storage { usedBytes parts { name } history { day } } } } } }`,
    { search: ada.name },
    root,
  );
  const nodes = (data as { admin: { users: { nodes: { username: string }[] } } }).admin.users.nodes;
  expect(nodes.find(({ username }) => username === ada.name)).toMatchObject({
    storage: { parts: [{ name: 'www' }, { name: '.' }], history: [{}] },
  });
});

test('a name of a folder under STORAGE_ROOT is for administrators to give out', async () => {
  mkdirSync(join(storageRoot, 'oldfiles'));
  chmodSync(join(storageRoot, 'oldfiles'), 0o700);
  await app.unit(() => app.kernel.database.query(`update site set registration = 'OPEN'`));
  const answer = await app.graphql(
    'mutation ($input: RegisterInput!) { register(input: $input) }',
    { input: { username: 'oldfiles', email: 'o@example.org', password: 'correct horse battery' } },
  );
  expect(refusalOf(answer)).toMatchObject({ code: 'TAKEN', field: 'username' });
  const made = await app.graphql(
    'mutation ($input: CreateUserInput!) { createUser(input: $input) { username } }',
    { input: { username: 'oldfiles', email: 'o@example.org' } },
    await app.signedIn({ permissions: ['admin.users'] }),
  );
  expect(made.data).toEqual({ createUser: { username: 'oldfiles' } });
});

describe('the forecast', () => {
  const grown = (...used: number[]) =>
    used.map((usedBytes, index) => ({ day: `2026-11-${10 + index}`, usedBytes }));
  test.each([
    ['steady growth', grown(10, 20, 30, 40), 130, 9],
    ['no growth', grown(40, 40, 40), 100, null],
    ['less and less', grown(40, 30, 20), 100, null],
    ['two days alone', grown(10, 20), 100, null],
    ['no quota', grown(10, 20, 30), -1, null],
    ['a full one', grown(10, 20, 100), 100, 0],
    ['ages away', grown(10, 11, 12), 1_000_000, null],
  ])('of %s', (_, history, quota, days) => expect(daysUntilFull(history, quota)).toBe(days));

  test('has a figure for each day, kept for thirty', async () => {
    const ada = await app.signedIn();
    const report = (used: number) =>
      app.unit(() => app.get(Limits).report(root, { username: ada.name, key: 'disk', used }));
    await app.unit(() => app.get(Limits).change(ada.accountId!, 'disk', { most: 1_000 }));
    await report(100);
    app.clock.advance(2 * 86_400_000);
    await report(150);
    await report(200);
    const { history } = await storageOf(ada);
    expect(history.map(({ usedBytes }) => usedBytes)).toEqual([100, 100, 200]);
    app.clock.advance(29 * 86_400_000);
    const later = await storageOf(ada);
    expect(later.history).toHaveLength(30);
    expect(later.history[0]!.usedBytes).toBe(200);
  });
});
