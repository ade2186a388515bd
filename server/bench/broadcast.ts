import pg from 'pg';
import type { Bench, Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { median, rounded } from './table.js';

const people = 100_000;
const aim = 1.5;

const mutation = `mutation Say($input: BroadcastInput!) {
  broadcast(input: $input) { id recipients read } }`;

/** Telling a hundred thousand people: the whole call against the rows alone. */
export const broadcast: Benchmark = async (bench) => {
  const { product, databaseUrl, rounds } = bench;
  await product.stop();
  // What the queue does afterwards is no part of it, and would stand in the way of the next round.
  await product.start({ WORKER: 'false' });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const expected = await grow(client);
    await say(bench, expected);
    await insert(client);
    const pairs = [];
    for (let round = 0; round < rounds; round++) {
      pairs.push({ ours: await say(bench, expected), least: await insert(client) });
    }
    await client.query(`delete from graphile_worker._private_jobs`);
    const ratio = median(pairs.map(({ ours, least }) => ours / least));
    return [
      {
        what: `broadcast to ${people.toLocaleString('en')}, until it is said`,
        gatehouse: `${rounded(median(pairs.map(({ ours }) => ours)))} ms`,
        floor: `${rounded(median(pairs.map(({ least }) => least)))} ms`,
        ratio,
        aim: `≤ ${aim}`,
        met: ratio <= aim,
      },
    ];
  } finally {
    await client.end();
  }
};

/** @returns how many there are afterwards */
async function grow(client: pg.Client): Promise<number> {
  await client.query(
    `insert into account (id, username, email, email_canonical, created_at)
     select gen_random_uuid(), 'more' || i, 'more' || i || '@example.org', 'more' || i || '@example.org', now()
     from generate_series(1, $1::int - (select count(*)::int from account)) i`,
    [people],
  );
  await client.query('vacuum analyze account');
  return people;
}

async function say({ product, seed }: Bench, expected: number): Promise<number> {
  const input = { title: 'Maintenance tonight', body: 'From 22:00 to 23:00 UTC.' };
  const begun = performance.now();
  const response = await fetch(`http://127.0.0.1:${product.port}/graphql`, {
    method: 'POST',
    headers: callHeaders(product, seed.admin),
    body: JSON.stringify({ query: mutation, variables: { input } }),
  });
  const text = await response.text();
  const ms = performance.now() - begun;
  if (!text.includes(`"recipients":${expected},`)) throw new Error(`Not said to all: ${text}`);
  return ms;
}

/** A message and a narrow row each, in one transaction. */
async function insert(client: pg.Client): Promise<number> {
  const begun = performance.now();
  await client.query('begin');
  await client.query(
    `with said as (
       insert into message (id, type, category, severity, texts, created_at)
       values (gen_random_uuid(), 'admin.message', 'messages', 'INFO',
         '{"EN": {"title": "Maintenance tonight", "body": "From 22:00 to 23:00 UTC."}}', now())
       returning id)
     insert into notification (account_id, message_id, arrived)
     select account.id, said.id, now() from account, said`,
  );
  await client.query('commit');
  return performance.now() - begun;
}
