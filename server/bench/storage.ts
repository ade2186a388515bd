import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderWalks } from '../src/features/storage/folder-walks.js';
import type { Benchmark } from './bench.js';
import { median } from './table.js';

const folders = 1_000;
const filesEach = 1_000;
const aim = 1.5;
const mostMb = 256;

function fill(root: string): void {
  for (let folder = 0; folder < folders; folder += 1) {
    const path = join(root, `d${folder % 10}`, `f${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < filesEach; file += 1) closeSync(openSync(join(path, `${file}`), 'w'));
  }
}

/** Processor time of the processes that this one started and that are over, in ms; where it cannot be told, the clock. */
function spent(): number {
  const path = '/proc/self/stat';
  if (!existsSync(path)) return performance.now();
  const [user, system] = readFileSync(path, 'utf8').split(') ')[1]!.split(' ').slice(13, 15);
  return (Number(user) + Number(system)) * 10;
}

/** Of this process and those that it started, in bytes. */
function memory(): number {
  const own = process.memoryUsage().rss;
  const path = `/proc/self/task/${process.pid}/children`;
  if (!existsSync(path)) return own;
  const ids = readFileSync(path, 'utf8').split(' ').filter(Boolean);
  return ids.reduce((sum, id) => {
    const path = `/proc/${id}/statm`;
    if (!existsSync(path)) return sum;
    return sum + Number(readFileSync(path, 'utf8').split(' ')[1]) * 4_096;
  }, own);
}

/** A million files, measured as the server does it, against `du`; and how long this thread was held up. */
export const storage: Benchmark = async ({ rounds }) => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    fill(root);
    const walks = new FolderWalks();
    const pairs: Record<'ours' | 'floor', Record<'clock' | 'work', number>>[] = [];
    let longestStop = 0;
    const before = memory();
    let most = before;
    for (let round = 0; round < rounds; round += 1) {
      let at = performance.now();
      let work = spent();
      const du = execFileSync('du', ['-sx', '--block-size=512', root], { encoding: 'utf8' });
      const floor = { clock: performance.now() - at, work: spent() - work };
      let turn = performance.now();
      const timer = setInterval(() => {
        longestStop = Math.max(longestStop, performance.now() - turn);
        turn = performance.now();
        most = Math.max(most, memory());
      }, 10);
      at = performance.now();
      work = spent();
      const { usedBytes } = await walks.measure(root);
      const ours = { clock: performance.now() - at, work: spent() - work };
      clearInterval(timer);
      if (usedBytes !== Number.parseInt(du, 10) * 512) throw new Error('du finds something else');
      pairs.push({ ours, floor });
    }
    const row = (by: 'work' | 'clock') => ({
      gatehouse: `${Math.round(median(pairs.map(({ ours }) => ours[by])))} ms`,
      floor: `${Math.round(median(pairs.map(({ floor }) => floor[by])))} ms`,
      ratio: median(pairs.map(({ ours, floor }) => ours[by] / floor[by])),
    });
    const work = row('work');
    const grown = (most - before) / 1e6;
    return [
      {
        what: 'a million files measured, in processor time',
        ...work,
        aim: `≤ ${aim}`,
        met: work.ratio <= aim,
      },
      { what: '  by the clock', ...row('clock') },
      { what: '  longest stop of the server’s thread', gatehouse: `${Math.round(longestStop)} ms` },
      {
        what: '  memory meanwhile',
        gatehouse: `${Math.round(grown)} MB`,
        aim: `≤ ${mostMb} MB`,
        met: grown <= mostMb,
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
