import type { Benchmark } from './bench.js';
import { Child } from './child.js';
import { inboxSubscription } from './socket.js';
import { rounded } from './table.js';

const tabsEach = 5;
const mostMb = 600;

/** Five tabs of a thousand people, each with its inbox open. */
export const sockets: Benchmark = async ({ product, seed }) => {
  await product.stop();
  await product.start();
  const cookies = Array.from({ length: tabsEach }, () => seed.people).flat();
  const ours = Child.start(new URL('listeners.ts', import.meta.url));
  await ours.ask('open', {
    port: product.port,
    origin: product.origin,
    cookies: cookies.map(({ cookie }) => cookie),
    subscribe: inboxSubscription(await product.position(seed.admin)),
  });
  // As it stands, with what no collection has taken yet.
  const mb = (await product.usage()).rss / 1e6;
  const left = (await product.collected()).rss / 1e6;
  await ours.stop();
  return [
    {
      what: `${cookies.length.toLocaleString('en')} open sockets, memory of the server`,
      gatehouse: `${rounded(mb)} MB`,
      aim: `≤ ${mostMb} MB`,
      met: mb <= mostMb,
    },
    { what: '  after a collection', gatehouse: `${rounded(left)} MB` },
  ];
};
