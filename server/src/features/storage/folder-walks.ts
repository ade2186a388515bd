import { fork } from 'node:child_process';
import type { Answer, Walked } from './walk.js';

/** At once on one server: disks answer no faster when more ask. */
const mostAtOnce = 2;
const longestMs = 2 * 3_600_000;
/** What it keeps is names of folders on the way and files with several names. */
const memoryMb = 256;

// In development and tests this file is TypeScript, which Node runs as it is.
const program = new URL(
  import.meta.url.endsWith('.ts') ? './walk.ts' : './walk.js',
  import.meta.url,
);

/** Walks of folders, each in a process, a few at once; the others wait for their turn. */
export class FolderWalks {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws Error when it took too long or too much memory, or its process died */
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

/** Settles when the process is gone. */
function walkIn(folder: string): Promise<Walked> {
  const child = fork(program, ['walk'], {
    execArgv: [`--max-old-space-size=${memoryMb}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Nothing of the server's settings is needed there.
    env: {},
  });
  // A server that is told to stop does not wait for a walk, and leaves none behind.
  child.unref();
  child.channel?.unref();
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let fault: string | null = null;
  const timer = setTimeout(() => {
    fault = 'it took too long';
    kill();
  }, longestMs);
  timer.unref();
  return new Promise<Walked>((resolve, reject) => {
    let walked: Walked | null = null;
    child.once('message', (answer: Answer) => {
      if ('walked' in answer) walked = answer.walked;
      else fault = answer.fault;
    });
    child.on('error', reject);
    child.once('exit', (code, signal) => {
      if (walked) return resolve(walked);
      fault ??= `its process ended with ${signal ?? code}`;
      reject(new Error(`A folder was not measured: ${fault}`));
    });
    child.send(folder, (error) => {
      if (error) reject(error);
    });
  }).finally(() => {
    clearTimeout(timer);
    process.off('exit', kill);
  });
}
