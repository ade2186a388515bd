/**
 * A stream that fetches when it is asked, so that a reader that stops reading costs no memory. An
 * async generator would do but for one thing: its `return` waits for the `next` under way, which
 * here may wait for ever.
 */
export class Pulled<Item> implements AsyncIterableIterator<Item> {
  readonly #abort = new AbortController();
  #ready: Item[] = [];

  /**
   * @param pull waits for the next items; resolves with none when `signal` aborts
   * @param end runs once, when the reader is done
   */
  constructor(
    private readonly pull: (signal: AbortSignal) => Promise<readonly Item[]>,
    private readonly end: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Item>> {
    const { signal } = this.#abort;
    while (this.#ready.length === 0) {
      if (signal.aborted) return { done: true, value: undefined };
      const pulled = await this.pull(signal);
      // The reader may have gone meanwhile.
      if (!signal.aborted) this.#ready.push(...pulled);
    }
    return { done: false, value: this.#ready.shift()! };
  }

  async return(): Promise<IteratorResult<Item>> {
    if (!this.#abort.signal.aborted) {
      this.#abort.abort();
      this.end();
    }
    this.#ready = [];
    return { done: true, value: undefined };
  }
}

/** Waits without losing what happens while nobody waits. */
export class Bell {
  #rung = false;
  #waiting: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  /** Resolves when rung since the last wait, or when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        // Taken off again: a signal lives as long as its reader and would gather one a wait.
        const done = () => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#waiting = done;
        signal.addEventListener('abort', done);
      });
      this.#waiting = null;
    }
    this.#rung = false;
  }
}
