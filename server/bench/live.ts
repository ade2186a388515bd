import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Bench, Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { Child } from './child.js';
import type { Heard, Opening, Trigger } from './listeners.js';
import { inboxSubscription } from './socket.js';
import { median, rounded } from './table.js';

const aim = 3;
const mostKibASocket = 60;
const warmUp = 4;

const broadcast = `mutation Say($input: BroadcastInput!) {
  broadcast(input: $input) { id recipients } }`;

/** One broadcast, heard by a thousand people who are there, each with an unread count of their own. */
export const live: Benchmark = async (bench) => {
  const { product, seed, databaseUrl, rounds } = bench;
  // A server that has served nobody yet: what its memory grows by is the sockets.
  await product.stop();
  await product.start();
  const sockets = seed.people.length;
  const ours = Child.start(new URL('listeners.ts', import.meta.url));
  const raw = Child.start(new URL('listeners.ts', import.meta.url));
  const floor = Child.start(new URL('live-floor.ts', import.meta.url), {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const floorPort = await floor.ask<number>('open', { databaseUrl });
  const opening: Omit<Opening, 'port' | 'subscribe'> = {
    origin: product.origin,
    cookies: seed.people.map(({ cookie }) => cookie),
  };
  const say = sayTo(bench);
  // As a page does: from where its first answer stood.
  const subscribe = inboxSubscription(await product.position(seed.admin));

  const floorBefore = await floor.ask<number>('collect');
  await raw.ask('open', { ...opening, port: floorPort, subscribe: null });
  const oursBefore = await product.collected();
  await ours.ask('open', { ...opening, port: product.port, subscribe, databaseUrl });
  let check = checker(bench);
  const hear = async () => {
    await pause(200);
    const heard = await ours.ask<Heard>('round', { trigger: say(), sockets });
    check(heard);
    return heard;
  };
  const push = async (frame: string, path = '/') => {
    await pause(200);
    const trigger: Trigger = { port: floorPort, path, headers: {}, body: frame };
    return (await raw.ask<Heard>('round', { trigger, sockets })).ms;
  };
  const [frame] = (await hear()).frames;
  await push(frame!);
  await hear();
  const kib = ((await product.collected()).rss - oursBefore.rss) / 1_024 / sockets;
  const floorKib = ((await floor.ask<number>('collect')) - floorBefore) / 1_024 / sockets;
  // Neither side is timed while its code is still being compiled, nor with what that left unread.
  for (let round = 0; round < warmUp * rounds; round++) {
    await hear();
    await push(frame!);
    await push(frame!, '/kept');
  }
  await readAll(databaseUrl);
  check = checker(bench);
  const pairs = [];
  for (let round = 0; round < 3 * rounds; round++) {
    const before = await product.usage();
    const heard = await hear();
    const after = await product.usage();
    const leastBefore = await floor.ask<number>('cpu');
    const least = await push(frame!);
    const leastCpu = (await floor.ask<number>('cpu')) - leastBefore;
    const kept = await push(frame!, '/kept');
    pairs.push({ ...heard, cpu: after.cpu - before.cpu, least, leastCpu, kept });
  }
  await Promise.all([ours.stop(), raw.stop(), floor.stop()]);
  const ratio = median(pairs.map(({ msFromCommit, least }) => msFromCommit / least));
  const cpu = pairs.reduce((sum, pair) => sum + pair.cpu, 0) / pairs.length;
  const leastCpu = pairs.reduce((sum, pair) => sum + pair.leastCpu, 0) / pairs.length;
  const ms = (values: readonly number[]) => `${rounded(median(values))} ms`;
  return [
    {
      what: `one broadcast to ${sockets.toLocaleString('en')} live inboxes, commit to last frame`,
      gatehouse: ms(pairs.map(({ msFromCommit }) => msFromCommit)),
      floor: ms(pairs.map(({ least }) => least)),
      ratio,
      aim: `≤ ${aim}`,
      met: ratio <= aim,
    },
    {
      what: '  from the call, with everybody’s rows',
      gatehouse: ms(pairs.map((pair) => pair.ms)),
      floor: ms(pairs.map(({ kept }) => kept)),
      ratio: median(pairs.map((pair) => pair.ms / pair.kept)),
    },
    {
      what: '  processor of the server, without PostgreSQL',
      gatehouse: `${rounded(cpu)} ms`,
      floor: `${rounded(leastCpu)} ms`,
      ratio: cpu / leastCpu,
    },
    {
      what: '  memory a socket',
      gatehouse: `${rounded(kib)} KiB`,
      floor: `${rounded(floorKib)} KiB`,
      aim: `≤ ${mostKibASocket} KiB`,
      met: kib <= mostKibASocket,
    },
  ];
};

function sayTo({ product, seed }: Bench): () => Trigger {
  let said = 0;
  return () => {
    const title = `Announcement ${++said}`;
    const body = JSON.stringify({
      query: broadcast,
      variables: { input: { title, body: 'The canteen opens at noon.' } },
    });
    return {
      port: product.port,
      path: '/graphql',
      headers: callHeaders(product, seed.admin),
      body,
    };
  };
}

/** Every broadcast is read, which nobody is told of; and PostgreSQL tidies up, as it does by itself in a minute. */
async function readAll(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `update notification n set read_at = now() from message m
     where m.id = n.message_id and m.broadcast and n.read_at is null`,
  );
  await client.query('vacuum (analyze) notification');
  await client.end();
}

/** A fast answer that is wrong is no answer: everybody's count must be one more each time. */
function checker({ seed }: Bench): (heard: Heard) => void {
  let said = 0;
  return ({ frames }) => {
    said++;
    seed.people.forEach(({ username, unread }, index) => {
      const frame = frames[index]!;
      const expected = `"unreadCount":${unread + said},`;
      if (frame.includes('"NotificationAdded"') && frame.includes(expected)) return;
      throw new Error(`${username} should have heard ${expected} but heard ${frame}`);
    });
  };
}
