import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { Child } from './child.js';
import type { Heard, Opening, Trigger } from './listeners.js';
import { inboxSubscription } from './socket.js';
import { median, rounded } from './table.js';

const aim = 3;
const mostKibASocket = 60;

const broadcast = `mutation Say($input: BroadcastInput!) {
  broadcast(input: $input) { id recipients } }`;

/** One broadcast, heard by a thousand people who are there, each with an unread count of their own. */
export const live: Benchmark = async (bench) => {
  const { product, seed, rounds } = bench;
  // A server that has served nobody yet: what its memory grows by is the sockets.
  await product.stop();
  await product.start();
  const sockets = seed.people.length;
  const ours = Child.start(new URL('listeners.ts', import.meta.url));
  const raw = Child.start(new URL('listeners.ts', import.meta.url));
  const floor = Child.start(new URL('live-floor.ts', import.meta.url), {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const floorPort = await floor.ask<number>('open');
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
  await ours.ask('open', { ...opening, port: product.port, subscribe });
  const check = checker(bench);
  const hear = async () => {
    await pause(200);
    const heard = await ours.ask<Heard>('round', { trigger: say(), sockets });
    check(heard);
    return heard;
  };
  const push = async (frame: string) => {
    await pause(200);
    const trigger: Trigger = { port: floorPort, path: '/', headers: {}, body: frame };
    return (await raw.ask<Heard>('round', { trigger, sockets })).ms;
  };
  const [frame] = (await hear()).frames;
  await push(frame!);
  await hear();
  const kib = ((await product.collected()).rss - oursBefore.rss) / 1_024 / sockets;
  const floorKib = ((await floor.ask<number>('collect')) - floorBefore) / 1_024 / sockets;
  const pairs = [];
  const cpu = async () => [(await product.usage()).cpu, await floor.ask<number>('cpu')] as const;
  const [oursIdle, leastIdle] = await cpu();
  for (let round = 0; round < 3 * rounds; round++) {
    pairs.push({ ours: (await hear()).ms, least: await push(frame!) });
  }
  const [oursBusy, leastBusy] = await cpu();
  await Promise.all([ours.stop(), raw.stop(), floor.stop()]);
  const ratio = median(pairs.map(({ ours, least }) => ours / least));
  return [
    {
      what: `one broadcast to ${sockets.toLocaleString('en')} live inboxes, to the last frame`,
      gatehouse: `${rounded(median(pairs.map(({ ours }) => ours)))} ms`,
      floor: `${rounded(median(pairs.map(({ least }) => least)))} ms`,
      ratio,
      aim: `≤ ${aim}`,
      met: ratio <= aim,
    },
    {
      what: '  processor of the server, without PostgreSQL',
      gatehouse: `${rounded((oursBusy - oursIdle) / pairs.length)} ms`,
      floor: `${rounded((leastBusy - leastIdle) / pairs.length)} ms`,
      ratio: (oursBusy - oursIdle) / (leastBusy - leastIdle),
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
