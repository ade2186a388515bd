import type { Job, Outbox } from './outbox.js';

/** Something that happened, named in the past tense. `Data` must survive JSON. */
export interface EventKind<Data> {
  readonly name: string;
  /** Only carries the type. */
  readonly data?: Data;
}

export function defineEvent<Data>(name: string): EventKind<Data> {
  return { name };
}

export interface Subscriber<Data = never> {
  readonly event: EventKind<Data>;
  /** Unique among all subscribers; part of the job's name, so never renamed while jobs may wait. */
  readonly name: string;
  handle(data: Data): Promise<void>;
}

export function on<Data>(
  event: EventKind<Data>,
  name: string,
  handle: (data: Data) => Promise<void>,
): Subscriber {
  return { event, name, handle } as unknown as Subscriber;
}

const jobName = (subscriber: Subscriber) => `on:${subscriber.event.name}:${subscriber.name}`;

/**
 * How lower rooms tell upper ones what happened without knowing them. An event is written in the
 * transaction that made it true, as one job for each subscriber, so that one that fails is tried
 * again without the others hearing it twice.
 */
export class Events {
  readonly #subscribers = new Map<string, Subscriber[]>();

  constructor(private readonly outbox: Outbox) {}

  register(subscribers: readonly Subscriber[]): void {
    for (const subscriber of subscribers) {
      const list = this.#subscribers.get(subscriber.event.name) ?? [];
      if (list.some((other) => other.name === subscriber.name)) {
        throw new Error(`${subscriber.name} listens to ${subscriber.event.name} twice`);
      }
      this.#subscribers.set(subscriber.event.name, [...list, subscriber]);
    }
  }

  async emit<Data>(event: EventKind<Data>, data: Data): Promise<void> {
    const subscribers = this.#subscribers.get(event.name) ?? [];
    await this.outbox.addAll(
      subscribers.map((subscriber) => ({ name: jobName(subscriber), payload: data })),
    );
  }

  /** One job a subscriber, for the worker. */
  jobs(): Job[] {
    return [...this.#subscribers.values()].flat().map((subscriber) => ({
      name: jobName(subscriber),
      run: (payload) => subscriber.handle(payload as never),
    }));
  }
}
