import { createSourceEventStream, execute } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLFormattedError } from 'graphql';

export interface EventRun {
  /** Opens a unit of work and makes a context as the caller is now; null when it must end. */
  run(work: (context: object) => Promise<ExecutionResult>): Promise<ExecutionResult | null>;
  formatError(error: unknown): GraphQLFormattedError;
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
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const source = await createSourceEventStream(args);
  if (!isStream(source)) return formatted(source, events);
  return new Executed(
    source[Symbol.asyncIterator](),
    args,
    events,
  ) as unknown as AsyncGenerator<ExecutionResult>;
}

/** By hand, since a generator's `return` would wait for an event that may never come. */
class Executed implements AsyncIterableIterator<ExecutionResult> {
  #ended = false;

  constructor(
    private readonly source: AsyncIterator<unknown>,
    private readonly args: ExecutionArgs,
    private readonly events: EventRun,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#ended) return this.return();
    const event = await this.source.next();
    if (event.done || this.#ended) return this.return();
    const result = await this.events.run(async (contextValue) =>
      execute({ ...this.args, rootValue: event.value, contextValue }),
    );
    if (result === null) return this.return();
    const value = formatted(result, this.events);
    // A right that ended ends the subscription, after it has said so.
    this.#ended =
      value.errors?.some((error) => error.extensions?.['code'] === 'FORBIDDEN') ?? false;
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#ended = true;
    await this.source.return?.();
    return { done: true, value: undefined };
  }
}

function formatted(result: ExecutionResult, events: EventRun): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => events.formatError(error)) as never };
}
