import pg from 'pg';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import { Database } from '../database/database.js';
import { liveContract } from './live.contract.js';
import type { LiveUnderTest } from './live.contract.js';
import { PostgresLiveEvents } from './live-postgres.js';
import { createLog } from '../log/log.js';

const log = createLog('silent');

async function open(): Promise<LiveUnderTest & { url: string }> {
  const { url, drop } = await createTestDatabase();
  const servers = await Promise.all(
    [0, 1].map(async () => {
      const database = await Database.open({ url, entities: [], log });
      const live = new PostgresLiveEvents(database, log);
      await live.open();
      return { database, live };
    }),
  );
  return {
    url,
    servers,
    async deafen() {
      const ended = await servers[0]!.database.queryApart(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'listen %'`,
      );
      expect(ended.length).toBeGreaterThan(0);
    },
    async close() {
      for (const { live, database } of servers) {
        await live.close();
        await database.close();
      }
      await drop();
    },
  };
}

liveContract('live events over LISTEN and NOTIFY', open);

it('what another program notifies on the channel ends nobody', async () => {
  const under = await open();
  const heard: unknown[] = [];
  under.servers[1]!.live.subscribe('topic', (message) => heard.push(message));
  const stranger = new pg.Client({ connectionString: under.url });
  await stranger.connect();
  await stranger.query(`notify gatehouse_live, 'hello'`);
  await stranger.query(`notify gatehouse_live, '"hello"'`);
  await stranger.query('notify gatehouse_live');
  await stranger.query(`notify gatehouse_live, 'null'`);
  await stranger.end();
  const { database, live } = under.servers[0]!;
  await database.unitOfWork(() => live.publish('topic', { n: 1 }));
  await expect.poll(() => heard).toEqual([{ n: 1 }]);
  await under.close();
});
