/**
 * Walks one person's folder, in a thread of its own: the walk itself is synchronous, which costs a
 * third of what promises do, and would hold up everybody else on the server's own thread.
 *
 * No import of ours: in development this file is loaded as it is, without a build.
 */
import { lstatSync, opendirSync, readdirSync } from 'node:fs';
import type { Dir, Stats } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

export type SkipReason = 'UNREADABLE' | 'OTHER_FILE_SYSTEM';

export interface Skipped {
  readonly reason: SkipReason;
  readonly count: number;
  /** The first few, from the folder down. */
  readonly examples: string[];
}

export interface Walked {
  readonly usedBytes: number;
  /** By first-level folder, largest first; `.` is what lies beside them, `…` all beyond the first hundred. */
  readonly parts: { name: string; usedBytes: number }[];
  readonly skipped: Skipped[];
  readonly entries: number;
  /** False: not even the folder itself could be read, so that the figure says nothing. */
  readonly readable: boolean;
}

const block = 512;
const mostParts = 100;
const mostExamples = 5;
/** A folder whose own list is smaller is read whole, which is faster; larger ones name by name, at bounded memory. */
const largeList = 1 << 20;
/** Deeper ones are read whole in any case, or a deep tree would use up the file handles. */
const mostOpen = 64;
const slash = Buffer.from('/');

type Path = string | Buffer;

class Walk {
  #blocks = 0;
  #entries = 0;
  #device = 0;
  /** Files with several names, by inode: how many names are still to come. One file system, so no device. */
  readonly #links = new Map<number, number>();
  readonly #skipped = new Map<SkipReason, { count: number; examples: string[] }>();
  readonly #parts: { name: string; usedBytes: number }[] = [];

  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  run(): Walked {
    const stats = this.#stat(this.root);
    if (stats) {
      this.#device = stats.dev;
      this.#blocks += blocksOf(stats);
      // A link in the folder's place leads to what is not this person's.
      if (stats.isDirectory()) this.#top(stats);
      else this.#skip('UNREADABLE', this.root);
    }
    return {
      usedBytes: this.#blocks * block,
      parts: this.#parts.filter(({ usedBytes }) => usedBytes > 0),
      skipped: [...this.#skipped].map(([reason, { count, examples }]) => ({
        reason,
        count,
        examples,
      })),
      entries: this.#entries,
      readable: ![...this.#skipped.values()].some(({ examples }) => examples[0] === '.'),
    };
  }

  #top(stats: Stats): void {
    let beside = this.#blocks;
    this.#read(this.root, stats, 0, (path, name) => {
      const before = this.#blocks;
      const isFolder = this.#count(path, 1);
      const blocks = this.#blocks - before;
      if (isFolder) this.#part(name, blocks * block);
      else beside += blocks;
    });
    this.#part('.', beside * block);
    this.#parts.sort((a, b) => b.usedBytes - a.usedBytes);
  }

  #part(name: string, usedBytes: number): void {
    const parts = this.#parts;
    parts.push({ name, usedBytes });
    if (parts.length <= 2 * mostParts) return;
    parts.sort((a, b) => b.usedBytes - a.usedBytes);
    const rest = parts.splice(mostParts).reduce((sum, part) => sum + part.usedBytes, 0);
    const others = parts.find((part) => part.name === '…');
    if (others) others.usedBytes += rest;
    else parts.push({ name: '…', usedBytes: rest });
  }

  /** Counts an entry and all below it. @returns whether it is a folder */
  #count(path: Path, depth: number): boolean {
    const stats = this.#stat(path);
    if (!stats) return false;
    if (stats.dev !== this.#device) {
      this.#skip('OTHER_FILE_SYSTEM', path);
      return false;
    }
    this.#entries += 1;
    const isFolder = stats.isDirectory();
    if (!isFolder && stats.nlink > 1 && this.#isKnown(stats)) return false;
    this.#blocks += blocksOf(stats);
    if (isFolder) this.#read(path, stats, depth, (inner) => this.#count(inner, depth + 1));
    return isFolder;
  }

  #read(path: Path, stats: Stats, depth: number, visit: (path: Path, name: string) => void): void {
    let lost = Buffer.isBuffer(path);
    const list = stats.size < largeList || depth > mostOpen ? this.#whole : this.#streamed;
    if (!lost) {
      for (const name of list.call(this, path, 'utf8') as Iterable<string>) {
        if (name.includes('\uFFFD')) lost = true;
        else visit(`${path as string}/${name}`, name);
      }
    }
    if (!lost) return;
    // Names that are no UTF-8, as old mail programs wrote them, are only found by their bytes.
    for (const bytes of list.call(this, path, 'buffer') as Iterable<Buffer>) {
      const name = bytes.toString();
      if (!Buffer.isBuffer(path) && !name.includes('\uFFFD')) continue;
      visit(Buffer.concat([Buffer.from(path as string), slash, bytes]), name);
    }
  }

  #whole(path: Path, encoding: 'utf8' | 'buffer'): readonly (string | Buffer)[] {
    try {
      return readdirSync(path, { encoding: encoding as 'utf8' });
    } catch (error) {
      this.#missed(path, error);
      return [];
    }
  }

  *#streamed(path: Path, encoding: 'utf8' | 'buffer'): Iterable<string | Buffer> {
    let folder: Dir | null = null;
    try {
      folder = opendirSync(path, { encoding: encoding as 'utf8', bufferSize: 32 });
      for (let entry = folder.readSync(); entry; entry = folder.readSync()) yield entry.name;
    } catch (error) {
      this.#missed(path, error);
    } finally {
      folder?.closeSync();
    }
  }

  #stat(path: Path): Stats | null {
    try {
      return lstatSync(path);
    } catch (error) {
      this.#missed(path, error);
      return null;
    }
  }

  /** What went away while it was walked is no gap; everything else is said. */
  #missed(path: Path, error: unknown): void {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code !== 'ENOENT') this.#skip('UNREADABLE', path);
  }

  #isKnown({ ino, nlink }: Stats): boolean {
    const left = this.#links.get(ino);
    if (left === undefined) {
      this.#links.set(ino, nlink - 1);
      return false;
    }
    // Forgotten with its last name, so that memory holds only what is still open.
    if (left === 1) this.#links.delete(ino);
    else this.#links.set(ino, left - 1);
    return true;
  }

  #skip(reason: SkipReason, path: Path): void {
    const skipped = this.#skipped.get(reason) ?? { count: 0, examples: [] };
    this.#skipped.set(reason, skipped);
    skipped.count += 1;
    if (skipped.examples.length >= mostExamples) return;
    const below = path.toString().slice(this.root.length + 1);
    skipped.examples.push(below === '' ? '.' : below.slice(0, 200));
  }
}

// Windows counts no blocks.
const blocksOf = (stats: Stats) => stats.blocks ?? Math.ceil(stats.size / block);

export function walk(root: string): Walked {
  return new Walk(join(root)).run();
}

const job = workerData as { readonly walk?: unknown } | null;
if (parentPort && typeof job?.walk === 'string') parentPort.postMessage(walk(job.walk));
