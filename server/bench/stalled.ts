import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Bench, Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import type { SeededPerson } from './seed.js';
import { inboxSubscription, openSocket } from './socket.js';
import { median, rounded } from './table.js';

const events = 50_000;
const eventsEach = 50;
const mostMb = 50;
const aim = 1.3;
/** Each is two floods of many seconds. */
const mostPairs = 3;
const patienceMs = 10_000;

const mutation = `mutation Say($input: NotifyUsersInput!) { notifyUsers(input: $input) }`;

interface Flooded {
  /** Milliseconds from the call until the other reader hears it. */
  readonly latency: number;
  readonly grownMb: number;
}

/**
 * Events pour in for one who has stopped reading; beside them somebody else is told something over and
 * over. The floor is the same flood for one who reads.
 */
export const stalled: Benchmark = async (bench) => {
  const { rounds } = bench;
  await bench.product.stop();
  await bench.product.start();
  await flood(bench, { reads: true, count: events / 10 });
  const pairs: Record<'ours' | 'least', Flooded>[] = [];
  for (let pair = 0; pair < Math.min(rounds, mostPairs); pair++) {
    pairs.push({
      least: await flood(bench, { reads: true, count: events }),
      ours: await flood(bench, { reads: false, count: events }),
    });
  }
  const latency = (side: 'ours' | 'least') => median(pairs.map((pair) => pair[side].latency));
  const ratio = median(pairs.map(({ ours, least }) => ours.latency / least.latency));
  const grownMb = Math.max(...pairs.map(({ ours }) => ours.grownMb));
  return [
    {
      what: `${events.toLocaleString('en')} events to a reader that stopped: others hear within`,
      gatehouse: `${rounded(latency('ours'))} ms`,
      floor: `${rounded(latency('least'))} ms`,
      ratio,
      aim: `≤ ${aim}`,
      met: ratio <= aim,
    },
    {
      what: '  memory the server grows by',
      gatehouse: `${rounded(grownMb)} MB`,
      aim: `≤ ${mostMb} MB`,
      met: grownMb <= mostMb,
    },
  ];
};

async function flood(
  bench: Bench,
  { reads, count }: { reads: boolean; count: number },
): Promise<Flooded> {
  const { product, seed, databaseUrl } = bench;
  const [reader, other] = [seed.people[1]!, seed.people[2]!];
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const listener = await Listener.open(bench, other);
  const flooded = await Listener.open(bench, reader);
  const id = await idOf(client, reader);
  const otherId = await idOf(client, other);
  // Until both are subscribed.
  await pause(200);
  if (!reads) flooded.socket.pause();
  const before = (await product.collected()).rss;
  const latencies: number[] = [];
  let pouring = true;
  const poured = pour(client, id, count).finally(() => (pouring = false));
  for (let said = 0; pouring; said++) {
    latencies.push(await listener.told(`Number ${said}`, (title) => tell(bench, otherId, title)));
    await pause(50);
  }
  await poured;
  const after = (await product.collected()).rss;
  listener.socket.terminate();
  flooded.socket.terminate();
  await client.end();
  return { latency: median(latencies), grownMb: (after - before) / 1e6 };
}

class Listener {
  #waiting: { title: string; heard: () => void } | null = null;

  private constructor(readonly socket: WebSocket) {}

  static async open({ product }: Bench, { cookie }: SeededPerson): Promise<Listener> {
    const { port, origin } = product;
    const subscribe = inboxSubscription(await product.position(cookie));
    let listener: Listener | null = null;
    const socket = await openSocket({ port, origin, cookie, subscribe }, (frame) =>
      listener?.hear(frame),
    );
    return (listener = new Listener(socket));
  }

  hear(frame: string): void {
    if (this.#waiting && frame.includes(`"${this.#waiting.title}"`)) this.#waiting.heard();
  }

  /** @returns milliseconds until it is heard */
  async told(title: string, tell: (title: string) => Promise<void>): Promise<number> {
    const begun = performance.now();
    let late: NodeJS.Timeout | undefined;
    const heard = new Promise<number>((resolve, reject) => {
      this.#waiting = { title, heard: () => resolve(performance.now() - begun) };
      late = setTimeout(() => reject(new Error(`${title} was not heard`)), patienceMs);
    });
    const [ms] = await Promise.all([heard, tell(title)]);
    clearTimeout(late);
    return ms;
  }
}

async function tell({ product, seed }: Bench, userId: string, title: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${product.port}/graphql`, {
    method: 'POST',
    headers: callHeaders(product, seed.admin),
    body: JSON.stringify({
      query: mutation,
      variables: { input: { userIds: [userId], title, body: '' } },
    }),
  });
  const text = await response.text();
  if (!text.includes('"notifyUsers":1')) throw new Error(`Not told: ${text}`);
}

/** As their sender would write them: rows and a hint a transaction. */
async function pour(client: pg.Client, accountId: string, count: number): Promise<void> {
  for (let poured = 0; poured < count; poured += eventsEach) {
    await client.query(
      `with said as (
         insert into message (id, type, category, severity, texts, created_at)
         select gen_random_uuid(), 'admin.message', 'messages', 'INFO', json_build_object(
           'EN', json_build_object('title', 'Event ' || i, 'body', repeat('x', 1000))), now()
         from generate_series(1, ${eventsEach}) i returning id, created_at
       ), heard as (
         insert into notification (account_id, message_id, arrived)
         select $1, id, created_at from said)
       select pg_notify('gatehouse_live', json_build_object('topic', 'inbox', 'message',
         json_build_object('accountIds', json_build_array($1::text)))::text)`,
      [accountId],
    );
  }
}

async function idOf(client: pg.Client, { username }: SeededPerson): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select id from account where username = $1',
    [username],
  );
  return rows[0]!.id;
}
