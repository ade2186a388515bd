import { Redis } from 'ioredis';
import type { Database } from '../database/database.js';
import type { LiveEvents, LiveListener, LiveMessage } from './live.js';
import { LiveListeners, writeLive } from './live-listeners.js';
import type { Log } from '../log/log.js';

const retryMs = 500;

/**
 * Redis or Valkey publish and subscribe, for many servers: no lock at commit, as NOTIFY takes. What is
 * published waits for the commit in this process; a message that is lost with it, or with Redis, is a
 * lost hint. Publishing never fails the caller, whose rows stand already.
 */
export class RedisLiveEvents implements LiveEvents {
  readonly #listeners = new LiveListeners();
  readonly #channel: string;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  #isOpen = false;

  /** @param url the database's number is part of the channel, so that sites can share a server */
  constructor(
    url: string,
    private readonly database: Database,
    private readonly log: Log,
  ) {
    const options = {
      lazyConnect: true,
      enableOfflineQueue: false,
      connectTimeout: 3_000,
      maxRetriesPerRequest: 0,
      retryStrategy: () => (this.#isOpen ? retryMs : null),
    };
    this.#publisher = new Redis(url, options);
    // Subscribes again by itself once it is back, which its queue must hold for it.
    this.#subscriber = new Redis(url, { ...options, enableOfflineQueue: true });
    this.#channel = `gatehouse_live:${this.#subscriber.options.db ?? 0}`;
    for (const client of [this.#publisher, this.#subscriber]) client.on('error', () => {});
    this.#subscriber.on('message', (_channel: string, payload: string) => {
      if (!this.#listeners.hear(payload)) this.log.warn('a live event could not be read');
    });
    this.#subscriber.on('close', () => {
      if (this.#isOpen) this.log.warn('the connection to Redis was lost');
    });
  }

  publish(topic: string, message: LiveMessage): Promise<void> {
    const payload = writeLive(topic, message);
    this.database.afterCommit(() => {
      this.#publisher.publish(this.#channel, payload).catch((error: unknown) => {
        this.log.warn({ reason: String(error) }, 'a live event could not be published');
      });
    });
    return Promise.resolve();
  }

  subscribe(topic: string, listener: LiveListener): () => void {
    return this.#listeners.subscribe(topic, listener);
  }

  /** @throws Error when Redis does not answer: a start that would leave servers deaf to each other */
  async open(): Promise<void> {
    try {
      await Promise.all([this.#publisher.connect(), this.#subscriber.connect()]);
      await this.#subscriber.subscribe(this.#channel);
    } catch (error) {
      await this.close();
      throw new Error(`REDIS_URL: the server could not be reached: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    this.#isOpen = true;
    this.#subscriber.on('ready', () => void this.#isBack());
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
    return Promise.resolve();
  }

  async #isBack(): Promise<void> {
    // Answers only after the subscription that was made anew: from here on nothing is missed.
    await this.#subscriber.subscribe(this.#channel).catch(() => {});
    if (!this.#isOpen) return;
    this.log.info('the connection to Redis is back');
    this.#listeners.tellAllToReadAnew();
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
