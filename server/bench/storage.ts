import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
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

/** A million files, measured as the server does it, against `du`; and how long this thread was held up. */
export const storage: Benchmark = async ({ rounds }) => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    fill(root);
    const walks = new FolderWalks();
    const pairs = [];
    let longestStop = 0;
    const before = process.memoryUsage().rss;
    let most = before;
    for (let round = 0; round < rounds; round += 1) {
      let at = performance.now();
      const du = execFileSync('du', ['-sx', '--block-size=512', root], { encoding: 'utf8' });
      const floor = performance.now() - at;
      let turn = performance.now();
      const timer = setInterval(() => {
        longestStop = Math.max(longestStop, performance.now() - turn);
        turn = performance.now();
        most = Math.max(most, process.memoryUsage().rss);
      }, 10);
      at = performance.now();
      const { usedBytes } = await walks.measure(root);
      const ours = performance.now() - at;
      clearInterval(timer);
      if (usedBytes !== Number.parseInt(du, 10) * 512) throw new Error('du finds something else');
      pairs.push({ ours, floor });
    }
    const ratio = median(pairs.map(({ ours, floor }) => ours / floor));
    const grown = (most - before) / 1e6;
    return [
      {
        what: 'a million files measured',
        gatehouse: `${Math.round(median(pairs.map(({ ours }) => ours)))} ms`,
        floor: `${Math.round(median(pairs.map(({ floor }) => floor)))} ms`,
        ratio,
        aim: `≤ ${aim}`,
        met: ratio <= aim,
      },
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
