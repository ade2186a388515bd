import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { SettableClock } from '../clock.js';
import { Database } from '../database/database.js';
import { createLog } from '../log/log.js';
import { RateLimits, limitKey } from './rate-limit.js';
import type { Taken } from './rate-limit.js';

const name = `rate_limit_${process.pid}_${Date.now()}`;
const policy = { free: 5, first: 30, most: 3_600, forget: 86_400 };
const clock = new SettableClock(new Date('2026-11-24T12:00:00Z'));

let admin: pg.Client;
let servers: Database[] = [];
let one: RateLimits;
let other: RateLimits;
let key: string;
let counter = 0;

function urlOf(database: string): string {
  const url = new URL(inject('testDatabaseUrl'));
  url.pathname = database;
  return url.href;
}

beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject('testDatabaseUrl') });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const open = () => Database.open({ url: urlOf(name), entities: [], log: createLog('silent') });
  servers = [await open(), await open()];
  await servers[0]!.queryApart(
    `create table rate_limit (
      key text primary key,
      count integer not null check (count >= 0),
      open_at timestamptz not null,
      forget_at timestamptz not null
    )`,
  );
  one = new RateLimits(servers[0]!, clock);
  other = new RateLimits(servers[1]!, clock);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.end();
});

beforeEach(() => {
  counter += 1;
  key = limitKey('sign-in', counter, '192.0.2.0/24');
});

async function takes(count: number, limits = one): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (let round = 0; round < count; round += 1) taken.push(await limits.take(key, policy));
  return taken;
}

const passed = (taken: readonly Taken[]) => taken.filter((each) => each.allowed).length;

describe('wrong passwords', () => {
  it('are free five times, then cost 30 seconds', async () => {
    expect(passed(await takes(5))).toBe(5);
    expect(await one.take(key, policy)).toEqual({ allowed: false, retryAfter: 30 });
    clock.advance(29_001);
    expect(await one.take(key, policy)).toEqual({ allowed: false, retryAfter: 1 });
    clock.advance(999);
    expect(await one.take(key, policy)).toEqual({ allowed: true });
  });

  it('cost twice as much each time, up to an hour', async () => {
    await takes(5);
    for (const pause of [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]) {
      expect(await one.take(key, policy)).toEqual({ allowed: false, retryAfter: pause });
      clock.advance(pause * 1_000);
      expect(await one.take(key, policy)).toEqual({ allowed: true });
    }
  });

  it('cost no more for impatience', async () => {
    await takes(5);
    clock.advance(10_000);
    await takes(100);
    expect(await one.take(key, policy)).toEqual({ allowed: false, retryAfter: 20 });
    clock.advance(20_000);
    expect(await one.take(key, policy)).toEqual({ allowed: true });
  });

  it('are counted together by all servers: of fifty at once exactly five pass', async () => {
    for (let round = 0; round < 5; round += 1) {
      key = limitKey('burst', counter, round);
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).take(key, policy)),
      );
      expect(passed(all)).toBe(5);
      for (const each of all) if (!each.allowed) expect(each.retryAfter).toBe(30);
    }
  });

  it('pass one at a time after the pause, also at once', async () => {
    await takes(5);
    clock.advance(30_000);
    const all = await Promise.all(Array.from({ length: 50 }, () => other.take(key, policy)));
    expect(passed(all)).toBe(1);
    expect(await one.take(key, policy)).toEqual({ allowed: false, retryAfter: 60 });
  });

  it('are forgotten by the right one', async () => {
    await takes(5);
    await other.clear(key);
    expect(passed(await takes(6))).toBe(5);
  });

  it('are forgotten after a day of peace', async () => {
    await takes(5);
    clock.advance((30 + policy.forget) * 1_000 - 1);
    expect(passed(await takes(2))).toBe(1);
    clock.advance((60 + policy.forget) * 1_000);
    expect(passed(await takes(6))).toBe(5);
  });

  it('count also when what they were part of is undone', async () => {
    const server = servers[0]!;
    for (let round = 0; round < 5; round += 1) {
      const failing = server.unitOfWork(() =>
        server.transaction(async () => {
          await one.take(key, policy);
          throw new Error('refused');
        }),
      );
      await expect(failing).rejects.toThrow('refused');
    }
    expect(passed(await takes(1))).toBe(0);
  });

  it('of one person or network do not count for another', async () => {
    await takes(6);
    expect(await one.take(limitKey('sign-in', counter, '198.51.100.0/24'), policy)).toEqual({
      allowed: true,
    });
  });

  it('do not lock anybody out when a clock ran ahead and was put right', async () => {
    clock.advance(10 * 86_400_000);
    await takes(5);
    clock.advance(-10 * 86_400_000);
    expect(await one.take(key, policy)).toEqual({ allowed: true });
    expect(await one.take(key, policy)).toEqual({ allowed: false, retryAfter: 60 });
  });
});

describe('tries in a window', () => {
  const window = { most: 3, seconds: 60 };

  it('pass until they are used up, and again when it ends', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await one.takeWindow(key, window)).toEqual({ allowed: true });
      clock.advance(10_000);
    }
    expect(await other.takeWindow(key, window)).toEqual({ allowed: false, retryAfter: 30 });
    clock.advance(29_999);
    expect(await one.takeWindow(key, window)).toEqual({ allowed: false, retryAfter: 1 });
    clock.advance(1);
    expect(await one.takeWindow(key, window)).toEqual({ allowed: true });
  });

  it('of fifty at once are exactly as many as may', async () => {
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).takeWindow(key, window)),
    );
    expect(passed(all)).toBe(3);
  });

  it('that were no failures are given back', async () => {
    for (let round = 0; round < 10; round += 1) {
      expect(await one.takeWindow(key, window)).toEqual({ allowed: true });
      await one.giveBack(key);
    }
    await one.giveBack(key);
    await one.giveBack(limitKey('nobody'));
    for (let round = 0; round < 3; round += 1) await one.takeWindow(key, window);
    expect((await one.takeWindow(key, window)).allowed).toBe(false);
  });
});

describe('the key of a limit', () => {
  it('is short, tells nothing and keeps its parts apart', () => {
    expect(limitKey('sign-in', 'ann@example.org', '192.0.2.0/24')).toMatch(/^sign-in:[\w-]{32}$/);
    expect(limitKey('x', 'a', 'bc')).not.toBe(limitKey('x', 'ab', 'c'));
    expect(limitKey('x', null)).not.toBe(limitKey('x', 'null'));
    expect(limitKey('x', '\0\ud800'.repeat(500_000))).toHaveLength(34);
  });

  it('is refused when somebody made it by hand of what was typed', async () => {
    for (const bad of ['', 'a b', 'a\0', '\ud800', 'x'.repeat(101)]) {
      await expect(one.take(bad, policy)).rejects.toThrow(RangeError);
      await expect(one.takeWindow(bad, { most: 1, seconds: 1 })).rejects.toThrow(RangeError);
    }
  });
});

it('what is forgotten is swept, and nothing else', async () => {
  await takes(5);
  const short = limitKey('short', counter);
  await one.takeWindow(short, { most: 1, seconds: 60 });
  clock.advance(61_000);
  expect(await one.sweep()).toBeGreaterThanOrEqual(1);
  const left = await servers[0]!.queryApart<{ key: string }>('select key from rate_limit');
  const keys = left.map((row) => row.key);
  expect(keys).toContain(key);
  expect(keys).not.toContain(short);
  expect(await one.sweep()).toBe(0);
});
