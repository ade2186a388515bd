import { setTimeout as pause } from 'node:timers/promises';
import type { Product } from './product.js';
import { median, rounded } from './table.js';
import type { Row } from './table.js';

const mostSeconds = 2;
const mostMib = 180;
/** After which what only the start needed has been let go. */
const idleMs = 5_000;

/** From nothing, then again and again with what is there. The server runs on afterwards. */
export async function starting(product: Product, rounds: number): Promise<Row[]> {
  const first = await product.start();
  const again: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await product.stop();
    again.push(await product.start());
  }
  const seconds = median(again) / 1_000;
  await pause(idleMs);
  const mib = (await product.usage()).rss / 1_048_576;
  return [
    {
      what: 'first start in an empty folder, until ready',
      gatehouse: `${rounded(first / 1_000)} s`,
    },
    {
      what: 'start, until ready',
      gatehouse: `${rounded(seconds)} s`,
      aim: `≤ ${mostSeconds} s`,
      met: seconds <= mostSeconds,
    },
    {
      what: 'idle memory, without PostgreSQL',
      gatehouse: `${rounded(mib)} MiB`,
      aim: `≤ ${mostMib} MiB`,
      met: mib <= mostMib,
    },
  ];
}
