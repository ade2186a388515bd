/**
 * `npm run bench [-- reading live … --quick]`: the built server against its floors, in one run on this
 * machine. README.md tells how to read the table.
 */
import { availableParallelism } from 'node:os';
import type { Bench, Benchmark } from './bench.js';
import { broadcast } from './broadcast.js';
import { Child } from './child.js';
import { guessing } from './guessing.js';
import { inbox } from './inbox.js';
import { live } from './live.js';
import { Product } from './product.js';
import { reading } from './reading.js';
import { seed } from './seed.js';
import { signIn } from './sign-in.js';
import { sockets } from './sockets.js';
import { stalled } from './stalled.js';
import { starting } from './start.js';
import { storage } from './storage.js';
import { printTable } from './table.js';
import type { Row } from './table.js';

const benchmarks: Readonly<Record<string, Benchmark>> = {
  reading,
  'sign-in': signIn,
  guessing,
  live,
  sockets,
  stalled,
  storage,
  inbox,
  // The last: afterwards there are a hundred thousand people.
  broadcast,
};
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const rows: Row[] = [];
const quick = args.includes('--quick');
const say = (text: string) => process.stderr.write(`${text}\n`);

async function run(product: Product): Promise<void> {
  const rounds = quick ? 1 : 5;
  say('starting, and starting again …');
  rows.push(...(await starting(product, rounds)));
  const databaseUrl = await product.databaseUrl();
  const bench: Bench = {
    product,
    seed: await seed(databaseUrl),
    databaseUrl,
    rounds,
    seconds: quick ? 2 : 4,
  };
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    say(`${name} …`);
    rows.push(...(await benchmark(bench)));
  }
}

const unknown = names.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  say(`There is no benchmark ${unknown}. There are ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
const product = await Product.create();
let stopping: Promise<void> | null = null;
const stop = () => (stopping ??= Child.stopAll().then(() => product.remove()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void stop().then(() => process.exit(130)));
}
try {
  await run(product);
  say(`Node ${process.version}, ${availableParallelism()} cores. Quote ratios, not rates.`);
} catch (error) {
  if (!stopping) say(String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
} finally {
  // Also what was measured before something broke.
  if (rows.length > 0) printTable(rows);
  await stop();
}
