import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walk as walkAndStay } from './walk.js';
import type { Walked } from './walk.js';

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'gatehouse-walk-'));
  chmodSync(base, 0o755);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** What du finds on this file system, in bytes; it complains about what it cannot read and goes on. */
function du(folder: string): number {
  const args = ['-s', '-x', '--block-size=512', folder];
  try {
    return blocks(
      execFileSync('du', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch (error) {
    return blocks((error as { stdout: string }).stdout);
  }
}
const blocks = (output: string) => Number.parseInt(output, 10) * 512;

const place = process.cwd();
function walk(root: string): Walked {
  try {
    return walkAndStay(root);
  } finally {
    process.chdir(place);
  }
}

let made = 0;
function tree(): string {
  const folder = join(base, `person${++made}`);
  mkdirSync(folder);
  return folder;
}
const file = (path: string, bytes: number) => writeFileSync(path, Buffer.alloc(bytes, 1));

/** Without the rights of root, if the tests have them. */
function asNobody<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(65_534);
  try {
    return work();
  } finally {
    process.seteuid!(0);
  }
}

/** Mounts that nobody else sees, and that go with the process that made them. */
const inNamespace = (...command: string[]) =>
  spawnSync('unshare', ['-m', '--', ...command], { encoding: 'utf8' });

function mayMount(): boolean {
  return (
    process.geteuid?.() === 0 && inNamespace('mount', '-t', 'tmpfs', 'none', tmpdir()).status === 0
  );
}

/** What du and we find, without the rights of root, while a full disk of memory is mounted at `place`. */
function withMounted(root: string, place: string): { walked: Walked; blocks: number } {
  const program = `
    const [root, walk] = process.argv.slice(1);
    const { spawnSync } = require('node:child_process');
    import(walk).then(({ walk }) => {
      process.seteuid(65534);
      const du = spawnSync('du', ['-s', '-x', '--block-size=512', root], { encoding: 'utf8' });
      console.log(JSON.stringify({ walked: walk(root), blocks: Number.parseInt(du.stdout, 10) }));
    });`;
  const script = `mount -t tmpfs none "$1" && head -c 3000000 /dev/zero > "$1/other" &&
    exec "$2" -e "$3" "$4" "$5"`;
  const walkFile = new URL('./walk.ts', import.meta.url).href;
  const words = [place, process.execPath, program, root, walkFile];
  const { stdout, stderr } = inNamespace('sh', '-c', script, 'sh', ...words);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { walked: Walked; blocks: number };
}

describe('what a folder occupies agrees with du to the block', () => {
  test('for files, folders, links of both kinds and sparse files', () => {
    const root = tree();
    for (const name of ['Maildir/cur', 'Maildir/new', 'backup/deep/er']) {
      mkdirSync(join(root, name), { recursive: true });
    }
    for (let index = 0; index < 300; index += 1) {
      file(join(root, 'Maildir/cur', `mail${index}`), index * 37);
    }
    file(join(root, 'backup/big'), 3_000_000);
    linkSync(join(root, 'backup/big'), join(root, 'backup/deep/same'));
    linkSync(join(root, 'backup/big'), join(root, 'Maildir/new/same'));
    symlinkSync('/', join(root, 'everything'));
    symlinkSync(root, join(root, 'backup/deep/round'));
    symlinkSync('nowhere', join(root, 'broken'));
    file(join(root, 'sparse'), 10);
    truncateSync(join(root, 'sparse'), 5_000_000_000);
    const holes = openSync(join(root, 'backup/holes'), 'w');
    writeSync(holes, 'x', 900_000_000);
    closeSync(holes);
    const walked = walk(root);
    expect(walked.usedBytes).toBe(du(root));
    expect(walked.skipped).toEqual([]);
    expect(walked.parts.reduce((sum, part) => sum + part.usedBytes, 0)).toBe(walked.usedBytes);
    expect(walked.parts.map(({ name }) => name).sort()).toEqual(['.', 'Maildir', 'backup']);
    expect(walked.parts).toEqual([...walked.parts].sort((a, b) => b.usedBytes - a.usedBytes));
    const own = walked.parts.find(({ name }) => name === 'Maildir')!.usedBytes;
    // The file of three names counts where it was met first, and nowhere else.
    expect([du(join(root, 'Maildir')), du(join(root, 'Maildir')) - blocksOfBig]).toContain(own);
  });
  const blocksOfBig = Math.ceil(3_000_000 / 4_096) * 4_096;

  test('for names that are no UTF-8, as old mail programs wrote them', () => {
    const root = tree();
    const odd = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xfc, 0x72])]);
    mkdirSync(odd);
    writeFileSync(
      Buffer.concat([odd, Buffer.from('/m'), Buffer.from([0xe9])]),
      Buffer.alloc(9_000),
    );
    file(join(root, 'plain'), 5_000);
    const walked = walk(root);
    expect(walked.usedBytes).toBe(du(root));
    expect(walked.skipped).toEqual([]);
  });

  test('for what may not be read: it is left out, and said', () => {
    const root = tree();
    mkdirSync(join(root, 'closed/inner'), { recursive: true });
    file(join(root, 'closed/inner/hidden'), 50_000);
    file(join(root, 'open'), 50_000);
    chmodSync(join(root, 'closed/inner'), 0);
    chmodSync(join(root, 'closed'), 0);
    try {
      const [walked, expected] = asNobody(() => [walk(root), du(root)] as const);
      expect(walked.usedBytes).toBe(expected);
      expect(walked.skipped).toEqual([{ reason: 'UNREADABLE', count: 1, examples: ['closed'] }]);
      expect(walked.readable).toBe(true);
    } finally {
      chmodSync(join(root, 'closed'), 0o700);
      chmodSync(join(root, 'closed/inner'), 0o700);
    }
  });

  test.skipIf(!existsSync('/dev/shm'))(
    'for another file system inside: it is left out, and said',
    () => {
      const walked = walk('/dev');
      expect(walked.usedBytes).toBe(du('/dev'));
      const other = walked.skipped.find(({ reason }) => reason === 'OTHER_FILE_SYSTEM');
      expect(other?.count).toBeGreaterThan(0);
      expect(other?.examples).toContain('shm');
    },
  );

  test.skipIf(!mayMount())(
    'for all of it together: links, holes, what may not be read, and a mounted file system',
    () => {
      const root = tree();
      for (const folder of ['Maildir', 'closed/inner', 'mounted', 'www']) {
        mkdirSync(join(root, folder), { recursive: true });
      }
      file(join(root, 'Maildir/one'), 70_000);
      linkSync(join(root, 'Maildir/one'), join(root, 'www/two'));
      symlinkSync('/', join(root, 'www/everything'));
      file(join(root, 'www/holes'), 10);
      truncateSync(join(root, 'www/holes'), 5_000_000_000);
      file(join(root, 'closed/hidden'), 90_000);
      chmodSync(join(root, 'closed'), 0);
      const { walked, blocks: found } = withMounted(root, join(root, 'mounted'));
      chmodSync(join(root, 'closed'), 0o700);
      expect(walked.usedBytes).toBe(found * 512);
      expect(walked.usedBytes).toBeLessThan(200_000);
      expect(walked.skipped.sort((a, b) => a.reason.localeCompare(b.reason))).toEqual([
        { reason: 'OTHER_FILE_SYSTEM', count: 1, examples: ['mounted'] },
        { reason: 'UNREADABLE', count: 1, examples: ['closed'] },
      ]);
    },
  );

  test('for a deep tree, and for folders with many entries', () => {
    const root = tree();
    mkdirSync(join(root, Array.from({ length: 300 }, () => 'd').join('/')), { recursive: true });
    mkdirSync(join(root, 'many'));
    for (let index = 0; index < 5_000; index += 1) file(join(root, 'many', `m${index}`), 1);
    expect(walk(root).usedBytes).toBe(du(root));
  });
});

describe('a folder', () => {
  test('that is a link in truth is not followed, nor counted as empty', () => {
    const real = tree();
    file(join(real, 'secret'), 1_000_000);
    const link = join(base, 'linked');
    symlinkSync(real, link);
    expect(walk(link)).toMatchObject({ readable: false, parts: [], usedBytes: 0 });
  });

  test('of more than a hundred folders tells the largest, and the others together', () => {
    const root = tree();
    for (let index = 0; index < 450; index += 1) {
      mkdirSync(join(root, `f${index}`));
      if (index % 10 === 0) file(join(root, `f${index}`, 'x'), 20_000);
    }
    const walked = walk(root);
    expect(walked.parts.length).toBeLessThanOrEqual(201);
    expect(walked.parts.some(({ name }) => name === '…')).toBe(true);
    const sum = walked.parts.reduce((total, part) => total + part.usedBytes, 0);
    expect(sum).toBe(walked.usedBytes);
    expect(walked.usedBytes).toBe(du(root));
  });
});

test('a tree deeper than any path is walked to a depth, and the rest is said', () => {
  const root = tree();
  process.chdir(root);
  try {
    for (let level = 0; level < 1_500; level += 1) {
      mkdirSync('deeper');
      process.chdir('deeper');
    }
  } finally {
    process.chdir(place);
  }
  const walked = walk(root);
  expect(walked.skipped).toMatchObject([{ reason: 'UNREADABLE', count: 1 }]);
  expect(walked.entries).toBe(1_000);
});
