import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import { needs } from '../../../test/program.js';
import { Database } from '../database/database.js';
import { liveContract } from './live.contract.js';
import type { LiveUnderTest } from './live.contract.js';
import { RedisLiveEvents } from './live-redis.js';
import { createLog } from '../log/log.js';

const log = createLog('silent');
const redisServer = await needs('redis-server', import.meta.url);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function startRedis(port: number) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn(redisServer!, flags, { stdio: 'ignore' });
  const admin = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
  admin.on('error', () => {});
  await admin.ping();
  return {
    admin,
    async stop() {
      admin.disconnect();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function open(): Promise<LiveUnderTest & { port: number }> {
  const port = await freePort();
  const redis = await startRedis(port);
  const { url, drop } = await createTestDatabase();
  const servers = await Promise.all(
    [0, 1].map(async () => {
      const database = await Database.open({ url, entities: [], log });
      const live = new RedisLiveEvents(`redis://127.0.0.1:${port}/3`, database, log);
      await live.open();
      return { database, live };
    }),
  );
  return {
    port,
    servers,
    async deafen() {
      expect(await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(2);
    },
    async close() {
      for (const { live, database } of servers) {
        await live.close();
        await database.close();
      }
      await drop();
      await redis.stop();
    },
  };
}

describe.skipIf(!redisServer)('with a Redis', () => {
  liveContract('live events over Redis', open);

  it('what is not ours on the channel, and other sites on the same server, reach nobody', async () => {
    const under = await open();
    const heard: unknown[] = [];
    under.servers[1]!.live.subscribe('topic', (message) => heard.push(message));
    const stranger = new Redis(under.port, '127.0.0.1');
    for (const payload of ['hello', '"hello"', '', 'null']) {
      await stranger.publish('gatehouse_live:3', payload);
    }
    await stranger.publish('gatehouse_live:0', '{"topic":"topic","message":{"n":0}}');
    stranger.disconnect();
    const { database, live } = under.servers[0]!;
    await database.unitOfWork(() => live.publish('topic', { n: 1 }));
    await expect.poll(() => heard).toEqual([{ n: 1 }]);
    await under.close();
  });

  it('a Redis that cannot be reached stops the start with the setting’s name', async () => {
    const { url, drop } = await createTestDatabase();
    const database = await Database.open({ url, entities: [], log });
    const live = new RedisLiveEvents(`redis://127.0.0.1:${await freePort()}`, database, log);
    await expect(live.open()).rejects.toThrow(/^REDIS_URL: the server could not be reached/);
    await database.close();
    await drop();
  });
});
