import pg from 'pg';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openBeside } from '../../../test/beside.js';
import type { Json } from '../../kernel/live/live.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from '../activity/activities.js';
import { PersonalActivity } from '../activity/personal-activity.js';
import { Seals } from '../activity/seals.js';
import { Verifications } from './verifications.js';

let app: TestApp;
let ada: Viewer;
const opened: TestApp[] = [];
// Each tampers with a database of its own.
beforeEach(async () => {
  app = await createTestApp();
  opened.push(app);
  ada = await app.signedIn({ username: 'ada' });
});
afterAll(async () => {
  for (const each of opened) await each.close();
});

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const record = (kind: string, details: Record<string, Json> = {}, viewer = ada) =>
  app.unit(() => app.get(Activities).record(viewer, ada.accountId, kind, details));
const seal = () => app.unit(() => app.get(Seals).sealAll());
const verify = (known: { number: number; hash: string } | null = null) =>
  app.unit(() => app.get(Verifications).verify(systemViewer, known));
const erase = (id: string) => app.unit(() => app.get(PersonalActivity).erase(id));

/** Whoever owns the database: no trigger stops them. */
async function asOwner(sql: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    const { rowCount } = await client.query(sql, values);
    expect(rowCount).toBeGreaterThan(0);
  } finally {
    await client.end();
  }
}

async function idOf(kind: string): Promise<string> {
  const [row] = await run('select id from activity where kind = $1', [kind]);
  return row!['id'] as string;
}

async function faults(): Promise<string[]> {
  const { holds, faults } = await verify();
  expect(holds).toBe(faults.length === 0);
  return faults.map(({ batch, activityId, fault }) =>
    [batch ?? '-', activityId === null ? '' : 'entry', fault].filter(Boolean).join(' '),
  );
}

describe('what happened', () => {
  test.each([
    ['update activity_entry set at = now()', 'activity_entry takes no update'],
    ['delete from activity_entry', 'activity_entry takes no delete'],
    ['truncate activity_entry cascade', 'takes no truncate'],
    ['update activity_seal set number = 2', 'activity_seal takes no update'],
    ['delete from activity_seal', 'activity_seal takes no delete'],
    ['truncate activity_seal', 'activity_seal takes no truncate'],
    [`update activity_person set address = '10.0.0.1'`, 'may only be emptied'],
    [`update activity_person set details = '{"n": 2}'`, 'may only be emptied'],
    [`update activity_person set actor = 'eve'`, 'may only be emptied'],
    ['delete from activity', 'cannot delete from view'],
  ])('is not changed by %s', async (sql, says) => {
    await seal();
    const before = await run('select * from activity order by id');
    await expect(run(sql)).rejects.toThrow(says);
    expect(await run('select * from activity order by id')).toEqual(before);
    expect(await faults()).toEqual([]);
  });

  test('is sealed batch after batch, and what came since waits', async () => {
    await seal();
    await record('totp.enrolled');
    await seal();
    await record('totp.disabled');
    const before = await verify();
    expect(before).toMatchObject({ holds: true, batches: 2, waiting: 1, emptied: 0, faults: [] });
    const [{ count }] = (await run('select count(*)::int as count from activity')) as [
      { count: number },
    ];
    expect(before.entries).toBe(count - 1);
    expect(await seal()).toBe(1);
    expect(await seal()).toBe(0);
    expect(await verify()).toMatchObject({ batches: 3, waiting: 0, head: { number: 3 } });
  });

  test('is sealed by one of two servers that try at once, each entry once', async () => {
    const beside = await openBeside(app);
    try {
      for (let round = 0; round < 5; round += 1) {
        await record('totp.enrolled');
        const there = beside.unit(() => beside.get(Seals).sealAll());
        await Promise.all([seal(), there, record('totp.disabled'), seal()]);
      }
      await seal();
    } finally {
      await beside.close();
    }
    expect(await faults()).toEqual([]);
    const sealed = await run('select unnest(entry_ids) as id from activity_seal order by id');
    expect(sealed).toEqual(await run('select id from activity_entry order by id'));
  });
});

describe('who owns the database, and changes', () => {
  beforeEach(async () => {
    await record('passkey.added', { name: 'YubiKey' });
    await seal();
    await record('totp.enrolled');
    await seal();
  });

  test.each([
    [`update activity_entry set kind = 'totp.disabled' where id = $1`, 'it was changed'],
    [
      `update activity_entry set at = at + interval '1 microsecond' where id = $1`,
      'it was changed',
    ],
    ['update activity_entry set account_id = null where id = $1', 'it was changed'],
    [`update activity_entry set reference = 'AAAA-AAAA' where id = $1`, 'it was changed'],
    [
      `update activity_person set address = '10.0.0.1' where activity_id = $1`,
      'who did it, or from where, was changed',
    ],
    [
      `update activity_person set actor = 'eve' where activity_id = $1`,
      'who did it, or from where, was changed',
    ],
    [
      `update activity_person set details = '{"name": "Key"}' where activity_id = $1`,
      'its details were changed',
    ],
    ['delete from activity_person where activity_id = $1', 'what is personal of it was taken away'],
    ['delete from activity_entry where id = $1', 'it was deleted'],
  ])('by %s is found, and the entry is named', async (sql, fault) => {
    const id = await idOf('passkey.added');
    await asOwner(sql, [id]);
    const { holds, faults } = await verify();
    expect(holds).toBe(false);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ batch: 1, activityId: id, fault });
    expect(faults[0]!.reference === null).toBe(fault === 'it was deleted');
  });

  test('an entry together with its hash is found at the batch', async () => {
    const id = await idOf('passkey.added');
    await asOwner(`update activity_entry set kind = 'passkey.removed' where id = $1`, [id]);
    await asOwner(
      `update activity_seal set entry_hashes = array_cat(entry_hashes[2:], entry_hashes[:1]) where number = 1`,
    );
    expect(await faults()).toContain('1 it was changed after it was sealed');
  });

  test('which batch there is is found', async () => {
    await record('totp.disabled');
    await seal();
    await asOwner('delete from activity_seal where number = 2');
    expect(await faults()).toEqual([
      '3 it follows on 1: one is gone',
      '- entry it is in no batch, and does not wait for one',
    ]);
  });

  test('the newest batch back into waiting is found by what was noted elsewhere', async () => {
    const { head } = await verify();
    expect(await verify(head)).toMatchObject({ holds: true });
    await asOwner(
      'insert into activity_waiting select unnest(entry_ids) from activity_seal where number = 2',
    );
    await asOwner('delete from activity_seal where number = 2');
    expect(await verify(head)).toMatchObject({
      holds: false,
      faults: [{ batch: 2, fault: 'it was noted, and is gone' }],
    });
    await record('totp.disabled');
    await seal();
    expect(await verify(head)).toMatchObject({
      faults: [{ batch: 2, fault: 'another hash was noted for it' }],
    });
  });

  test('an entry put in between is found', async () => {
    await asOwner(`insert into activity_entry
      select gen_random_uuid(), account_id, actor_id, actor_kind, kind, at, 'AAAA-AAAA', doer_hash, details_hash
      from activity_entry limit 1`);
    expect(await faults()).toEqual(['- entry it is in no batch, and does not wait for one']);
  });

  test('the whole chain cannot mark it, and nothing is built on theirs', async () => {
    await asOwner(`update activity_seal set mark = 'v1.deadbeef.' || repeat('A', 60)`);
    expect(await faults()).toEqual(['2 its mark was made with a key that SECRET_KEY lacks']);
    await asOwner(`update activity_seal set mark = 'v1.' || repeat('A', 60)`);
    expect(await faults()).toEqual([
      '1 its mark is not from this site’s key',
      '2 its mark is not from this site’s key',
    ]);
    await record('totp.disabled');
    await expect(seal()).rejects.toThrow('has a mark that is wrong');
    expect(await verify()).toMatchObject({ batches: 2, waiting: 1 });
  });
});

describe('what is personal', () => {
  const persons = () => run('select * from activity_person');
  const told = () => run('select actor, address, user_agent, details from activity');

  test('is gone with the account, and the chain still holds', async () => {
    await record('passkey.added', { name: 'YubiKey' });
    await seal();
    await erase(ada.accountId!);
    await run('delete from account where id = $1', [ada.accountId]);
    expect(await persons()).toEqual([]);
    expect(new Set((await told()).map((row) => JSON.stringify(row)))).toEqual(
      new Set(['{"actor":"","address":null,"user_agent":null,"details":{}}']),
    );
    const { holds, emptied, entries } = await verify();
    expect({ holds, emptied }).toEqual({ holds: true, emptied: entries });
    const accounts = await run('select distinct account_id from activity_entry');
    expect(accounts).toEqual([{ account_id: ada.accountId }]);
  });

  test('is gone from what others have, where it names the person, and nothing else of theirs', async () => {
    const ben = await app.signedIn({ username: 'ben' });
    const to = (viewer: Viewer, kind: string, details: Record<string, Json> = {}) =>
      app.unit(() => app.get(Activities).record(viewer, ben.accountId, kind, details));
    await to(ada, 'user.disabled', { ended: 3 });
    await to(ben, 'invite.created', { email: 'Ada@example.org' });
    await to(ben, 'note.written', { about: 'adagio' });
    await seal();
    await erase(ada.accountId!);
    await run('delete from account where id = $1', [ada.accountId]);
    const rows = await run(
      `select a.kind, a.actor, a.address, a.details, p.search from activity a
       join activity_person p on p.activity_id = a.id
       where a.account_id = $1 and a.kind ~ '^(user|invite|note)' order by a.id`,
      [ben.accountId],
    );
    expect(rows).toEqual([
      expect.objectContaining({
        kind: 'user.disabled',
        actor: '',
        address: null,
        details: { ended: 3 },
      }),
      expect.objectContaining({ kind: 'invite.created', actor: 'ben', details: {} }),
      expect.objectContaining({ kind: 'note.written', actor: 'ben', details: { about: 'adagio' } }),
    ]);
    expect(rows.map((row) => row['search']).join()).not.toMatch(
      /\bada\b|ada@|203\.0\.113\.7 .*user/,
    );
    expect(await faults()).toEqual([]);
  });

  test('is gone after a year, and the chain still holds', async () => {
    await record('totp.enrolled', {}, nobody);
    await seal();
    const before = (await persons()).length;
    app.clock.advance(366 * 86_400_000);
    await record('totp.disabled');
    await seal();
    const [job] = app.house.jobs.filter(({ name }) => name === 'activity.forget');
    await app.unit(() => job!.run({}));
    expect(await persons()).toHaveLength(1);
    expect(await verify()).toMatchObject({ holds: true, emptied: before });
  });

  test('is told in an export: everything of this account, nothing of another', async () => {
    await record('passkey.added', { name: 'YubiKey' });
    const ben = await app.signedIn();
    const exported = (await app.unit(() =>
      app.get(PersonalActivity).export(ada.accountId!),
    )) as Record<string, Json>[];
    expect(exported.map(({ kind }) => kind)).toEqual([
      'account.created',
      'password.changed',
      'passkey.added',
    ]);
    expect(exported[2]).toMatchObject({
      actor: 'ada',
      address: '203.0.113.7',
      userAgent: 'test',
      details: { name: 'YubiKey' },
    });
    expect(JSON.stringify(exported)).not.toContain(ben.name);
    expect(JSON.stringify(exported)).not.toMatch(/salt|hash/);
  });
});
