import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { around } from '../../../test/ways/around.js';
import { byHttp } from '../../../test/ways/by-http.js';
import { everyWay } from '../../../test/ways/every-way.js';
import { signingIn } from '../../../test/ways/signing-in.js';
import { withCredential } from '../../../test/ways/with-credential.js';
import { rules, World } from '../../../test/ways/world.js';
import type { Rule, Somebody } from '../../../test/ways/world.js';

/**
 * Every way to a session, or around one, against every rule that must hold on it. The list of ways
 * comes from the schema, the credentials and the doors: a new one without a row fails here.
 */
const table = { ...signingIn, ...around, ...withCredential, ...byHttp };

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

const sessionsOf = async (who: Somebody) =>
  (await world.sql('select 1 from session where account_id = $1', [who.id])).length;

test('every way in has its row', () => {
  expect(Object.keys(table).sort()).toEqual(everyWay(world.app).sort());
});

describe.each(Object.entries(table))('%s', (_name, way) => {
  test.each(Object.keys(rules) as Rule[])('with the rule "%s"', async (rule) => {
    const who = await world.somebody();
    const go = await way.begin(who, world);
    await rules[rule](who, world);
    const before = await sessionsOf(who);
    expect(await go()).toBe(way[rule]);
    // What a one-time password opens may do nothing but change it.
    const opens = ['session', 'PASSWORD_CHANGE_REQUIRED'].includes(way[rule]);
    expect((await sessionsOf(who)) > before).toBe(opens);
  });

  test('is in the log, and alerts hear of it', async () => {
    const { sql } = world;
    const who = await world.somebody();
    const go = await way.begin(who, world);
    const former = await sql<{ id: string }>('select id from activity where account_id = $1', [
      who.id,
    ]);
    await sql(`delete from graphile_worker._private_jobs where payload->>'accountId' = $1`, [
      who.id,
    ]);
    await go();
    const logged = await sql<{ kind: string }>(
      'select kind from activity where account_id = $1 and not id = any($2)',
      [who.id, former.map(({ id }) => id)],
    );
    const heard = await sql<{ kind: string }>(
      `select payload->>'kind' as kind from graphile_worker._private_jobs j
       join graphile_worker._private_tasks t on t.id = j.task_id
       where t.identifier = 'on:activity.recorded:ways' and payload->>'accountId' = $1`,
      [who.id],
    );
    const recorded = [...way.recorded].sort();
    expect(logged.map(({ kind }) => kind).sort()).toEqual(recorded);
    expect(heard.map(({ kind }) => kind).sort()).toEqual(recorded);
  });
});
