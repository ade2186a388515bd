import { fork } from 'node:child_process';
import type { ChildProcess, ForkOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** What is still running, so that whatever ends the benchmarks ends it too. */
const running = new Set<Child>();

/**
 * A process of its own for the product, each floor and each load: on one event loop, one would pay
 * for the other.
 */
export class Child {
  readonly #waiting = new Map<number, Waiting>();
  readonly #gone: Promise<void>;
  #next = 1;

  private constructor(
    readonly name: string,
    readonly process: ChildProcess,
  ) {
    running.add(this);
    process.on('message', (message) => this.#hear(message as Answer));
    this.#gone = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        running.delete(this);
        for (const { reject } of this.#waiting.values())
          reject(new Error(`${name} ended (${signal ?? code})`));
        resolve();
      });
    });
  }

  static start(file: URL, options: ForkOptions = {}): Child {
    const path = fileURLToPath(file);
    return new Child(path, fork(path, [], options));
  }

  /** Calls what the other side `answers`. @throws Error with its message, or when it has ended */
  ask<Value>(question: string, input?: unknown): Promise<Value> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.process.send({ id, question, input }, (error) => error && reject(error));
    });
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    await this.#gone;
    clearTimeout(timer);
  }

  static async stopAll(): Promise<void> {
    await Promise.all([...running].map((child) => child.stop()));
  }

  #hear({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(`${this.name}: ${error}`));
  }
}
