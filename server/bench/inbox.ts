import pg from 'pg';
import type { Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { Child } from './child.js';
import type { Load, Measured } from './load.js';
import { median, rounded } from './table.js';

const many = 1_000_000;
const few = 100;
/** The same in both: what is counted is what is not read, however much there was. */
const unread = 50;
const connections = 4;
const aim = 1.3;

const query = `{ me { unreadCount inbox(first: 20) {
  nodes { id type severity title body url data createdAt readAt dismissedAt snoozedUntil }
  pageInfo { hasNextPage endCursor } unreadCount position } } }`;

/** The bell and a page of somebody who was told a million things, against one who was told a hundred. */
export const inbox: Benchmark = async ({ product, seed, databaseUrl, rounds, seconds }) => {
  const [rich, poor] = [seed.people.at(-1)!, seed.people.at(-2)!];
  await fill(databaseUrl, { [rich.username]: many, [poor.username]: few });
  const load = Child.start(new URL('load.ts', import.meta.url));
  const of = (cookie: string): Load => ({
    port: product.port,
    path: '/graphql',
    seconds: seconds / 2,
    connections: Array.from({ length: connections }, () => [
      { headers: callHeaders(product, cookie), body: JSON.stringify({ query }) },
    ]),
    expect: `"unreadCount":${unread},"inbox":{"nodes":[{`,
  });
  const measure = (cookie: string) => load.ask<Measured>('run', of(cookie));
  await measure(rich.cookie);
  const pairs: Record<'ours' | 'least', Measured>[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ ours: await measure(rich.cookie), least: await measure(poor.cookie) });
  }
  await load.stop();
  const ratio = median(pairs.map(({ ours, least }) => least.perSecond / ours.perSecond));
  const shown = (side: 'ours' | 'least') =>
    `${rounded(median(pairs.map((pair) => pair[side].p50)))} ms`;
  return [
    {
      what: `page and unread count, ${many.toLocaleString('en')} notifications against ${few}`,
      gatehouse: shown('ours'),
      floor: shown('least'),
      ratio,
      aim: `≤ ${aim}`,
      met: ratio <= aim,
    },
  ];
};

/** Everybody's newest are unread. */
async function fill(databaseUrl: string, amounts: Record<string, number>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Half of the time would be the foreign keys of rows that are known to be right.
    await client.query('set session_replication_role = replica');
    await client.query(
      `create temporary table told as
       select gen_random_uuid() as id, i, now() - i * interval '1 second' as at
       from generate_series(1, $1::int) i`,
      [Math.max(...Object.values(amounts))],
    );
    await client.query(
      `insert into message (id, type, category, severity, data, created_at)
       select id, 'system.update_available', 'system', 'INFO',
         jsonb_build_object('application', 'Plex', 'version', '1.' || i), at from told`,
    );
    for (const [username, amount] of Object.entries(amounts)) {
      await client.query(
        `delete from notification where account_id = (select id from account where username = $1)`,
        [username],
      );
      await client.query(
        `insert into notification (account_id, message_id, arrived, read_at)
         select a.id, told.id, told.at, case when told.i > ${unread} then now() end
         from told, account a where a.username = $1 and told.i <= $2`,
        [username, amount],
      );
    }
    await client.query('vacuum analyze message, notification');
  } finally {
    await client.end();
  }
}
