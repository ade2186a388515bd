import pg from 'pg';
import { watchSilence } from '../database/connection-watch.js';
import type { Database } from '../database/database.js';
import type { LiveEvents, LiveListener, LiveMessage } from './live.js';
import { LiveListeners, writeLive } from './live-listeners.js';
import type { Log } from '../log/log.js';

const channel = 'gatehouse_live';
const retryMs = 500;
/** Asked so often whether it is still there; without an answer for twice as long it is not. */
const heartbeatMs = 10_000;

/**
 * LISTEN/NOTIFY. A notification is part of the transaction, so it is heard after the commit and
 * not at all after a roll-back. One connection a server listens; when it was lost, every listener
 * is told to read anew, since what was said meanwhile is gone.
 */
export class PostgresLiveEvents implements LiveEvents {
  readonly #listeners = new LiveListeners();
  #client: pg.Client | null = null;
  #closed = false;
  #retry: NodeJS.Timeout | null = null;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  async publish(topic: string, message: LiveMessage): Promise<void> {
    await this.database.query('select pg_notify($1, $2)', [channel, writeLive(topic, message)]);
  }

  subscribe(topic: string, listener: LiveListener): () => void {
    return this.#listeners.subscribe(topic, listener);
  }

  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.database.url,
      keepAlive: true,
      connectionTimeoutMillis: 3_000,
    });
    client.on('notification', (notification) => this.#hear(notification.payload ?? ''));
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      watchSilence(client, 2 * heartbeatMs);
      await client.query(`listen ${channel}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    // Closed while it was on its way.
    if (this.#closed) return client.end();
    this.#client = client;
    this.#heartbeat = setInterval(() => void client.query('select 1').catch(() => {}), heartbeatMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  #hear(payload: string): void {
    if (!this.#listeners.hear(payload)) this.log.warn('a live event could not be read');
  }

  #lost(client: pg.Client): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = null;
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    this.log.warn('the connection for live events was lost');
    this.#reopen();
  }

  #reopen(): void {
    this.#retry = setTimeout(() => {
      this.open()
        .then(() => {
          this.log.info('the connection for live events is back');
          this.#listeners.tellAllToReadAnew();
        })
        .catch(() => this.#closed || this.#reopen());
    }, retryMs);
  }
}
