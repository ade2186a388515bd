import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { FolderWalks } from './folder-walks.js';
import { walk as walkAndStay } from './walk.js';
import type { Walked } from './walk.js';

let base: string;
beforeAll(() => (base = mkdtempSync(join(tmpdir(), 'gatehouse-walks-'))));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const du = (folder: string) =>
  Number.parseInt(
    execFileSync('du', ['-sx', '--block-size=512', folder], { encoding: 'utf8' }),
    10,
  ) * 512;

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

describe('a folder that is changed at the worst moment', () => {
  const step = process.chdir.bind(process);
  afterEach(() => vi.restoreAllMocks());
  /** Does it once, right before the walk takes a step to `to`. */
  function beforeStep(to: string, change: () => void): void {
    let isDone = false;
    vi.spyOn(process, 'chdir').mockImplementation((directory) => {
      if (directory === to && !isDone) {
        isDone = true;
        change();
      }
      step(directory);
    });
  }
  function outside(): string {
    const folder = tree();
    mkdirSync(join(folder, 'inner'));
    file(join(folder, 'inner/others'), 5_000_000);
    file(join(folder, 'others'), 5_000_000);
    return folder;
  }

  test.each(['a link', 'another folder'])('%s in its place is not read, and said', (what) => {
    const [root, other] = [tree(), outside()];
    for (const name of ['a', 'swapped', 'z']) {
      mkdirSync(join(root, name));
      file(join(root, name, 'own'), 50_000);
    }
    beforeStep('swapped', () => {
      rmSync(join(root, 'swapped'), { recursive: true });
      if (what === 'a link') symlinkSync(other, join(root, 'swapped'));
      else renameSync(other, join(root, 'swapped'));
    });
    const walked = walk(root);
    expect(walked.skipped).toEqual([{ reason: 'UNREADABLE', count: 1, examples: ['swapped'] }]);
    expect(walked.usedBytes).toBeLessThan(200_000);
    const used = (name: string) => walked.parts.find((part) => part.name === name)?.usedBytes;
    expect(used('a')).toBeGreaterThan(50_000);
    expect(used('z')).toBe(used('a'));
  });

  test('its own place taken by a link, it is not read, and nothing is known', () => {
    const [root, other] = [tree(), outside()];
    beforeStep(root, () => {
      renameSync(root, `${root}-away`);
      symlinkSync(other, root);
    });
    expect(walk(root)).toMatchObject({ readable: false, parts: [{ name: '.' }] });
  });

  test('moved out of the tree, it does not lead there', () => {
    const [root, other] = [tree(), outside()];
    for (const name of ['a', 'b', 'c']) {
      mkdirSync(join(root, name, 'deep'), { recursive: true });
      file(join(root, name, 'deep/own'), 50_000);
      file(join(other, name), 5_000_000);
    }
    const before = walk(root);
    beforeStep('..', () => {
      const name = basename(dirname(process.cwd()));
      renameSync(join(root, name), join(other, 'moved'));
    });
    expect(walk(root)).toMatchObject({ usedBytes: before.usedBytes, skipped: [] });
  });

  test('gone with all above it, the walk knows that it knows nothing', () => {
    const [root, other] = [tree(), outside()];
    mkdirSync(join(root, 'a/deep'), { recursive: true });
    beforeStep('..', () => {
      renameSync(join(root, 'a/deep'), join(other, 'deep'));
      renameSync(root, `${root}-away`);
      symlinkSync(other, root);
    });
    const walked = walk(root);
    expect(walked.readable).toBe(false);
    expect(walked.usedBytes).toBeLessThan(100_000);
  });
});

function filled(files: number): string {
  const root = tree();
  for (let index = 0; index < files; index += 1) {
    if (index % 1_000 === 0) mkdirSync(join(root, `d${index / 1_000}`));
    writeFileSync(join(root, `d${Math.floor(index / 1_000)}`, `f${index}`), '');
  }
  return root;
}

test('a walk in its process leaves this one free', async () => {
  const root = filled(20_000);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const walked = await new FolderWalks().measure(root);
  clearInterval(timer);
  expect(walked.usedBytes).toBe(du(root));
  expect(turns).toBeGreaterThan(3);
});

test('a folder that went away before it was walked is nothing, and no fault', async () => {
  const walked = await new FolderWalks().measure(join(base, 'never'));
  expect(walked).toMatchObject({ usedBytes: 0, parts: [], skipped: [] });
});
/** The processes of walks that this one has started. */
function children(): number[] {
  const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  const isWalk = (id: string) => readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('walk.ts');
  return list
    .split(' ')
    .filter((id) => id !== '' && isWalk(id))
    .map(Number);
}

describe.skipIf(!existsSync('/proc/self/cmdline'))('the process of a walk', () => {
  test('killed halfway is a failure without a figure, and the next walk is none the worse', async () => {
    const root = filled(20_000);
    const walks = new FolderWalks();
    const walked = walks.measure(root);
    const failure = expect(walked).rejects.toThrow('SIGKILL');
    await vi.waitFor(() => {
      const [id] = children();
      // It stands where it walks.
      expect(readlinkSync(`/proc/${id}/cwd`)).toContain(root);
      process.kill(id!, 'SIGKILL');
    });
    await failure;
    expect(children()).toEqual([]);
    expect((await walks.measure(root)).usedBytes).toBe(du(root));
    expect(children()).toEqual([]);
  });
});

test('a walk whose server was killed ends in the next folder', () => {
  const root = tree();
  mkdirSync(join(root, 'first/second'), { recursive: true });
  const program = `
    const [root, walk] = process.argv.slice(1);
    const step = process.chdir;
    const server = process.ppid;
    process.chdir = (to) => {
      if (to === 'second') console.log('went on');
      step(to);
      if (to !== 'first') return;
      process.kill(server, 'SIGKILL');
      while (process.ppid === server);
    };
    import(walk).then(({ walk }) => walk(root)).catch((error) => console.log(error.message));`;
  const walkFile = new URL('./walk.ts', import.meta.url).href;
  const words = [process.execPath, '-e', program, root, walkFile];
  const { stdout } = spawnSync('sh', ['-c', '"$@" & wait', 'sh', ...words], { encoding: 'utf8' });
  expect(stdout).toBe('Whoever asked for the walk is gone\n');
});
