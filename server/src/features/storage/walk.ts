/**
 * Walks one person's folder, in a process of its own: the walk itself is synchronous, which costs a
 * third of what promises do, and goes from folder to folder, since the system looks up a bare name in
 * less time than a path. Only a process can stand in a folder; a thread cannot.
 *
 * It may run as root over what others rename and link meanwhile. So it looks where it stands after
 * every step, and reads nothing but the folder it meant.
 *
 * No import of ours: in development this file is loaded as it is, without a build.
 */
import { closeSync, constants, lstatSync, opendirSync, openSync, readdirSync } from 'node:fs';
import type { Dir, Stats } from 'node:fs';
import { join, resolve } from 'node:path';

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
/** A path of more is longer than most systems take, and each level needs some of the stack. */
const deepest = 1_000;

/** As bytes where it is no UTF-8, as old mail programs wrote them. */
type Name = string | Buffer;

class Walk {
  #blocks = 0;
  #entries = 0;
  /** Files with several names, by inode: how many names are still to come. One file system, so no device. */
  readonly #links = new Map<number, number>();
  readonly #skipped = new Map<SkipReason, { count: number; examples: string[] }>();
  readonly #parts: { name: string; usedBytes: number }[] = [];
  /** The folders on the way to where the process stands, the root first. */
  readonly #way: { name: string; stats: Stats }[] = [];
  /** Somebody moved the last of them away: what is left of it cannot be reached. */
  #isLost = false;
  readonly #parent = process.ppid;

  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  run(): Walked {
    const stats = this.#stat(this.root);
    if (stats) {
      this.#blocks += blocksOf(stats);
      // A link in the folder's place leads to what is not this person's.
      if (stats.isDirectory()) this.#top(stats);
      else this.#skip('UNREADABLE');
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
      readable: ![...this.#skipped.values()].some(({ examples }) => examples.includes('.')),
    };
  }

  #top(stats: Stats): void {
    let beside = this.#blocks;
    this.#inside(this.root, stats, (name) => {
      const before = this.#blocks;
      const isFolder = this.#count(name, stats.dev);
      const blocks = this.#blocks - before;
      if (isFolder) this.#part(name.toString(), blocks * block);
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

  /** Counts an entry of where the process stands, and all below it. @returns whether it is a folder */
  #count(name: Name, device: number): boolean {
    const stats = this.#stat(name);
    if (!stats) return false;
    if (stats.dev !== device) {
      this.#skip('OTHER_FILE_SYSTEM', name);
      return false;
    }
    this.#entries += 1;
    const isFolder = stats.isDirectory();
    if (!isFolder && stats.nlink > 1 && this.#isKnown(stats)) return false;
    this.#blocks += blocksOf(stats);
    if (isFolder) this.#inside(name, stats, (inner) => this.#count(inner, device));
    return isFolder;
  }

  /** Goes into a folder, visits what is there, and comes back. */
  #inside(name: Name, stats: Stats, visit: (name: Name) => void): void {
    if (process.ppid !== this.#parent) throw new Error('Whoever asked for the walk is gone');
    const isRoot = name === this.root;
    if (this.#way.length >= deepest) return this.#skip('UNREADABLE', name);
    try {
      goInto(name);
    } catch (error) {
      return this.#missed(error, isRoot ? undefined : name);
    }
    // Else a link, or another folder, was put in its place since it was looked at.
    if (isHere(stats)) {
      this.#way.push({ name: name.toString(), stats });
      this.#read(stats, visit);
      this.#way.pop();
    } else {
      this.#skip('UNREADABLE', isRoot ? undefined : name);
    }
    if (!isRoot) this.#back();
  }

  /** The folder that the process stood in may have been moved, and then what is above it is elsewhere. */
  #back(): void {
    const { stats } = this.#way.at(-1)!;
    const path = () => join(...this.#way.map(({ name }) => name));
    this.#isLost = !leadsTo('..', stats) && !leadsTo(path(), stats);
    if (this.#isLost) this.#skip('UNREADABLE');
  }

  #read(stats: Stats, visit: (name: Name) => void): void {
    const list =
      stats.size < largeList || this.#way.length > mostOpen ? this.#whole : this.#streamed;
    let odd = false;
    for (const name of list.call(this, 'utf8') as Iterable<string>) {
      if (name.includes('\uFFFD')) odd = true;
      else visit(name);
      if (this.#isLost) return;
    }
    if (!odd) return;
    // These are only found by their bytes.
    for (const bytes of list.call(this, 'buffer') as Iterable<Buffer>) {
      if (bytes.toString().includes('\uFFFD')) visit(bytes);
      if (this.#isLost) return;
    }
  }

  #whole(encoding: 'utf8' | 'buffer'): readonly Name[] {
    try {
      return readdirSync('.', { encoding: encoding as 'utf8' });
    } catch (error) {
      this.#missed(error);
      return [];
    }
  }

  *#streamed(encoding: 'utf8' | 'buffer'): Iterable<Name> {
    let folder: Dir | null = null;
    try {
      folder = opendirSync('.', { encoding: encoding as 'utf8', bufferSize: 32 });
      for (let entry = folder.readSync(); entry; entry = folder.readSync()) yield entry.name;
    } catch (error) {
      this.#missed(error);
    } finally {
      folder?.closeSync();
    }
  }

  /** @returns undefined for what went away, which is no gap, or may not be looked at, which is said */
  #stat(name: Name): Stats | undefined {
    try {
      return lstatSync(name, { throwIfNoEntry: false });
    } catch (error) {
      this.#missed(error, name === this.root ? undefined : name);
      return undefined;
    }
  }

  /** What went away while it was walked is no gap; everything else is said. */
  #missed(error: unknown, name?: Name): void {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code !== 'ENOENT') this.#skip('UNREADABLE', name);
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

  /** @param name of an entry of where the process stands; without it, that folder itself */
  #skip(reason: SkipReason, name?: Name): void {
    const skipped = this.#skipped.get(reason) ?? { count: 0, examples: [] };
    this.#skipped.set(reason, skipped);
    skipped.count += 1;
    if (skipped.examples.length >= mostExamples) return;
    const below = this.#way.slice(1).map((folder) => folder.name);
    if (name !== undefined) below.push(name.toString());
    skipped.examples.push(below.join('/').slice(0, 200) || '.');
  }
}

/** @throws an error of the system */
function goInto(name: Name): void {
  if (typeof name === 'string') return process.chdir(name);
  // Node goes only where a text leads. Elsewhere than on Linux, names are texts.
  const handle = openSync(name, constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    process.chdir(`/proc/self/fd/${handle}`);
  } finally {
    closeSync(handle);
  }
}

function isHere(stats: Stats): boolean {
  const here = lstatSync('.', { throwIfNoEntry: false });
  return here?.ino === stats.ino && here.dev === stats.dev;
}

function leadsTo(path: string, stats: Stats): boolean {
  try {
    process.chdir(path);
    return isHere(stats);
  } catch {
    return false;
  }
}

// Windows counts no blocks.
const blocksOf = (stats: Stats) => stats.blocks ?? Math.ceil(stats.size / block);

/** Leaves the process in some folder below `root`. */
export function walk(root: string): Walked {
  return new Walk(resolve(root)).run();
}

export type Answer = { readonly walked: Walked } | { readonly fault: string };

function answer(root: string): Answer {
  try {
    return { walked: walk(root) };
  } catch (error) {
    return { fault: String(error) };
  }
}

if (process.send && process.argv[2] === 'walk') {
  process.once('message', (root: string) => process.send!(answer(root), () => process.exit()));
}
