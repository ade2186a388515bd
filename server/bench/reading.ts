import type { Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { Child } from './child.js';
import type { Load, Measured } from './load.js';
import { median, rounded } from './table.js';

type Figure = 'perSecond' | 'p50' | 'p99' | 'cpu';

const connections = 32;
const aim = 0.5;

const query = `query Inbox($first: Int!) {
  me { id username locale inbox(first: $first) {
    nodes { id type severity title body url data createdAt readAt dismissedAt snoozedUntil }
    pageInfo { hasNextPage endCursor } unreadCount position } } }`;

/** The signed-in person's bell: `me` with 20 notifications and the unread count. */
export const reading: Benchmark = async ({ product, seed, databaseUrl, rounds, seconds }) => {
  const load = Child.start(new URL('load.ts', import.meta.url));
  const floor = Child.start(new URL('reading-floor.ts', import.meta.url));
  const body = JSON.stringify({ query, variables: { first: 20 }, operationName: 'Inbox' });
  const people = seed.people.slice(0, connections);
  const side = (port: number, path: string): Load => ({
    port,
    path,
    seconds,
    connections: people.map(({ cookie }) => [{ headers: callHeaders(product, cookie), body }]),
    expect: '"snoozedUntil":null}]',
  });
  const ours = side(product.port, '/graphql');
  const least = side(await floor.ask<number>('open', { databaseUrl }), '/');
  const measure = async (side: Load, cpu: () => Promise<number>) => {
    const before = await cpu();
    const measured = await load.ask<Measured>('run', side);
    return { ...measured, cpu: ((await cpu()) - before) / measured.requests };
  };
  const ourCpu = async () => (await product.usage()).cpu;
  const leastCpu = () => floor.ask<number>('cpu');
  await measure(ours, ourCpu);
  await measure(least, leastCpu);
  const pairs: Record<'ours' | 'least', Measured & { cpu: number }>[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ ours: await measure(ours, ourCpu), least: await measure(least, leastCpu) });
  }
  await Promise.all([load.stop(), floor.stop()]);

  const of = (side: 'ours' | 'least', what: Figure) =>
    median(pairs.map((pair) => pair[side][what]));
  const ratio = (what: Figure) => median(pairs.map((pair) => pair.ours[what] / pair.least[what]));
  return [
    {
      what: `me, 20 notifications, unread count; ${connections} connections`,
      gatehouse: `${rounded(of('ours', 'perSecond'))} /s`,
      floor: `${rounded(of('least', 'perSecond'))} /s`,
      ratio: ratio('perSecond'),
      aim: `≥ ${aim}`,
      met: ratio('perSecond') >= aim,
    },
    {
      what: '  half of them within, 99 of 100 within',
      gatehouse: `${rounded(of('ours', 'p50'))}, ${rounded(of('ours', 'p99'))} ms`,
      floor: `${rounded(of('least', 'p50'))}, ${rounded(of('least', 'p99'))} ms`,
    },
    {
      what: '  processor of the server a request, without PostgreSQL',
      gatehouse: `${rounded(of('ours', 'cpu'))} ms`,
      floor: `${rounded(of('least', 'cpu'))} ms`,
      ratio: ratio('cpu'),
    },
  ];
};
