import { createSourceEventStream, execute } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Viewer } from '../../../kernel/access/viewer.js';
import type { SharedAnswers } from './shared-answers.js';

export interface EventRun {
  /** The caller as it is now; null when it must end. */
  recheck(): Promise<Viewer | null>;
  /** Opens a unit of work with a context of this caller's. */
  run(
    viewer: Viewer,
    work: (context: object) => Promise<ExecutionResult>,
  ): Promise<ExecutionResult>;
  /** Of a document whose answers can be made once for many callers. */
  readonly shared: SharedAnswers | null;
  /** Sends an answer, past graphql-ws, which would write it anew for each; resolves once it has left. */
  send(json: string): Promise<void>;
  formatError(error: unknown): GraphQLFormattedError;
  /** The stream broke; it ends without a word of its own, so whoever holds the socket says why. */
  failed(error: unknown): void;
  /** The stream is over, however it ended. */
  over(): void;
}

const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/**
 * `subscribe` of graphql-js, but each event is executed in a unit of work and with a context of
 * its own: graphql-ws makes one context an operation, whose rights and rows would grow stale.
 */
export async function subscribeInUnits(
  args: ExecutionArgs,
  events: EventRun,
): Promise<ExecutionResult | EventResults> {
  const source = await createSourceEventStream(args);
  if (!isStream(source)) return formatted(source, events);
  return new EventResults(source[Symbol.asyncIterator](), args, events);
}

/** By hand, since a generator's `return` would wait for an event that may never come. */
export class EventResults implements AsyncGenerator<ExecutionResult> {
  #ended = false;
  #farewell: ExecutionResult | null = null;

  constructor(
    private readonly source: AsyncIterator<unknown>,
    private readonly args: ExecutionArgs,
    private readonly events: EventRun,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it with an error as the last result, also while it waits for an event. */
  endWith(error: unknown): void {
    if (this.#ended || this.#farewell) return;
    this.#farewell = { errors: [this.events.formatError(error) as never] };
    void this.source.return?.();
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    try {
      return await this.#next();
    } catch (error) {
      this.events.failed(error);
      return this.return();
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    if (!this.#ended) this.events.over();
    this.#ended = true;
    await this.source.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<ExecutionResult>> {
    for (;;) {
      if (this.#ended) return this.return();
      const event = this.#farewell ? null : await this.source.next();
      if (this.#farewell) return this.#last(this.#farewell);
      if (!event || event.done || this.#ended) return this.return();
      const viewer = await this.events.recheck();
      const told =
        viewer &&
        ((await this.#shared(event.value, viewer)) ?? (await this.#execute(event.value, viewer)));
      if (this.#farewell) return this.#last(this.#farewell);
      if (!told || this.#ended) return this.return();
      if (typeof told === 'string') await this.events.send(told);
      else return this.#pass(told);
    }
  }

  /** JSON, where others are due the same. */
  #shared(event: unknown, viewer: Viewer): Promise<string | null> | null {
    const { shared } = this.events;
    if (!shared || typeof event !== 'object' || event === null) return null;
    return shared.answer(event, viewer, () => this.#execute(event, viewer));
  }

  #execute(rootValue: unknown, viewer: Viewer): Promise<ExecutionResult> {
    return this.events.run(viewer, async (contextValue) =>
      execute({ ...this.args, rootValue, contextValue }),
    );
  }

  async #pass(result: ExecutionResult): Promise<IteratorResult<ExecutionResult>> {
    const value = formatted(result, this.events);
    // A right that ended ends the subscription, after it has said so.
    const forbidden = value.errors?.some((error) => error.extensions?.['code'] === 'FORBIDDEN');
    return forbidden ? this.#last(value) : { done: false, value };
  }

  async #last(value: ExecutionResult): Promise<IteratorResult<ExecutionResult>> {
    await this.return();
    return { done: false, value };
  }
}

function formatted(result: ExecutionResult, events: EventRun): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => events.formatError(error)) as never };
}
