import { Worker } from 'node:worker_threads';
import type { Walked } from './walk.js';

/** At once on one server: disks answer no faster when more ask. */
const mostAtOnce = 2;
const longestMs = 2 * 3_600_000;
/** A thread's own; what it keeps is names of folders on the way and files with several names. */
const memoryMb = 256;

// In development and tests this file is TypeScript, which Node runs as it is.
const program = new URL(
  import.meta.url.endsWith('.ts') ? './walk.ts' : './walk.js',
  import.meta.url,
);

/** Walks of folders, each in a thread, a few at once; the others wait for their turn. */
export class FolderWalks {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws Error when it took too long or too much memory */
  async measure(folder: string): Promise<Walked> {
    while (this.#running >= mostAtOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await walkIn(folder);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

function walkIn(folder: string): Promise<Walked> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, {
      workerData: { walk: folder },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // Nothing of the server's settings is needed there.
      env: {},
    });
    // A server that is told to stop does not wait for a walk.
    thread.unref();
    const timer = setTimeout(() => {
      void thread.terminate();
      reject(new Error('Measuring a folder took too long'));
    }, longestMs);
    timer.unref();
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The thread that measures a folder ended with ${code}`));
    });
  });
}
