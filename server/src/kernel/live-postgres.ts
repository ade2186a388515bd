import pg from 'pg';
import { watchSilence } from './connection-watch.js';
import type { Database } from './database.js';
import type { LiveEvents, LiveListener, LiveMessage } from './live.js';
import type { Log } from './log.js';

const channel = 'gatehouse_live';
/** PostgreSQL refuses payloads of 8000 bytes and more. */
const mostBytes = 7_900;
const retryMs = 500;
/** Asked so often whether it is still there; without an answer for twice as long it is not. */
const heartbeatMs = 10_000;

/**
 * LISTEN/NOTIFY. A notification is part of the transaction, so it is heard after the commit and
 * not at all after a roll-back. One connection a server listens; when it was lost, every listener
 * is told to read anew, since what was said meanwhile is gone.
 */
export class PostgresLiveEvents implements LiveEvents {
  readonly #listeners = new Map<string, Set<LiveListener>>();
  #client: pg.Client | null = null;
  #closed = false;
  #retry: NodeJS.Timeout | null = null;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  async publish(topic: string, message: LiveMessage): Promise<void> {
    const whole = JSON.stringify({ topic, message });
    const payload =
      Buffer.byteLength(whole) <= mostBytes ? whole : JSON.stringify({ topic, message: null });
    await this.database.query('select pg_notify($1, $2)', [channel, payload]);
  }

  subscribe(topic: string, listener: LiveListener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
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
    const said = read(payload);
    if (!said) return this.log.warn('a live event could not be read');
    for (const listener of this.#listeners.get(said.topic) ?? []) listener(said.message);
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
          for (const listeners of this.#listeners.values()) {
            for (const listener of listeners) listener(null);
          }
        })
        .catch(() => this.#closed || this.#reopen());
    }, retryMs);
  }
}

/** Whoever may connect to the database may notify; what is not ours ends nobody's process. */
function read(payload: string): { topic: string; message: LiveMessage | null } | null {
  try {
    return JSON.parse(payload) as { topic: string; message: LiveMessage | null };
  } catch {
    return null;
  }
}
