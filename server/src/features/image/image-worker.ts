import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { refuse } from '../../kernel/errors.js';
import { mostSeconds } from './image-shape.js';
import type { ImageFault, ImageResult, ImageTask } from './image-shape.js';

/** The program beside this file, whichever way this file runs: compiled, or as TypeScript. */
const isSource = import.meta.url.endsWith('.ts');
const program = new URL(isSource ? './image-process.ts' : './image-process.js', import.meta.url);

const mostWaiting = 20;
/** An animation may take half a minute: nobody alone fills the line with them. */
const mostOfOne = 4;
/** For one picture, waiting apart: the process should give up by itself before. */
const patienceMs = {
  still: (mostSeconds.still + 1) * 1_000,
  animated: (mostSeconds.animated + 1) * 1_000,
};
/** The process needs its memory only while somebody changes pictures. */
const idleMs = 30_000;

type Work = Omit<ImageTask, 'id'>;

/**
 * Hands pictures to a process that decodes them, one after the other: how many people send at once
 * changes the time it takes, not the memory. Whoever sends several keeps others waiting for one.
 */
export class ImageWorker {
  #child: ChildProcess | null = null;
  #idle: NodeJS.Timeout | null = null;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  /** By owner, while one of theirs waits. */
  readonly #linesOf = new Map<string, { waiting: number; last: Promise<unknown> }>();
  #tasks = 0;

  /**
   * @returns WebP of the wanted size
   * @throws UNAVAILABLE when too many wait, RATE_LIMITED when too many of one owner do; else whatever
   * `faultOf` refuses
   */
  async convert(owner: string, work: Work): Promise<Buffer | ImageFault> {
    const line = this.#linesOf.get(owner) ?? { waiting: 0, last: Promise.resolve() };
    if (line.waiting >= mostOfOne) {
      const message = 'Your other pictures are still being worked on. Try again in a moment.';
      refuse('RATE_LIMITED', message, { retryAfter: 5 });
    }
    if (this.#waiting >= mostWaiting) {
      refuse('UNAVAILABLE', 'Many pictures are being worked on. Try again in a moment.', {
        retryAfter: 5,
      });
    }
    this.#waiting++;
    line.waiting++;
    this.#linesOf.set(owner, line);
    const mine = line.last.then(() => this.#inTurn(work));
    line.last = mine.catch(() => {});
    return mine.finally(() => {
      this.#waiting--;
      if (--line.waiting === 0) this.#linesOf.delete(owner);
    });
  }

  #inTurn(work: Work): Promise<Buffer | ImageFault> {
    const turn = this.#last.then(() => this.#run({ ...work, id: ++this.#tasks }));
    this.#last = turn.catch(() => {});
    return turn;
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  async #run(task: ImageTask): Promise<Buffer | ImageFault> {
    if (this.#idle) clearTimeout(this.#idle);
    const child = (this.#child ??= this.#start());
    const result = await answerOf(child, task);
    // Dead, or busy for ever: the next picture gets a new one.
    if (result === null) this.close();
    else this.#idle = setTimeout(() => this.close(), idleMs).unref();
    return result?.content ? Buffer.from(result.content) : (result?.fault ?? 'BROKEN');
  }

  #start(): ChildProcess {
    const child = fork(program, {
      // Buffers cross as they are.
      serialization: 'advanced',
      execArgv: isSource ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {},
    });
    // It keeps nobody from ending.
    child.unref();
    child.channel?.unref();
    return child;
  }
}

/** @returns null when the process died or took too long */
function answerOf(child: ChildProcess, task: ImageTask): Promise<ImageResult | null> {
  return new Promise((resolve) => {
    const settle = (result: ImageResult | null) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
      resolve(result);
    };
    const onMessage = (result: ImageResult) => {
      if (result.id !== task.id) return;
      if (!result.animated) return settle(result);
      clearTimeout(timer);
      timer = setTimeout(onEnd, patienceMs.animated);
    };
    const onEnd = () => settle(null);
    let timer = setTimeout(onEnd, patienceMs.still);
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
    child.send(task, (error) => {
      if (error) onEnd();
    });
  });
}
