import type { ServerResponse } from 'node:http';

/** Which answers are still under way, so that a stop can wait for them and for nothing else. */
export class Drain {
  readonly #open = new Set<ServerResponse>();
  #draining = false;
  #whenEmpty: (() => void) | null = null;

  get draining(): boolean {
    return this.#draining;
  }

  track(response: ServerResponse): void {
    this.#open.add(response);
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#whenEmpty?.();
    });
  }

  /** From now on nothing new is taken, and connections end with the answer they carry. */
  begin(): void {
    this.#draining = true;
    for (const response of this.#open) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  }

  /** Resolves when no answer is under way. */
  empty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#whenEmpty = resolve));
  }
}
