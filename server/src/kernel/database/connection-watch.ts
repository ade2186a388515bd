import type { Socket } from 'node:net';
import type { ClientBase, QueryResult } from 'pg';
import { PreparingClient } from './prepared.js';

/** What pg keeps of a connection and does not put into its types. */
interface Inside {
  readonly readyForQuery: boolean;
  readonly connection: { readonly stream: Socket };
}

/**
 * Ends a connection on which a question stays without an answer for `ms`: a server that was
 * stopped, or a network that swallows packets, closes nothing by itself. pg's own `query_timeout`
 * will not do: it gives the connection back to the pool with its transaction still open.
 */
export function watchSilence(client: ClientBase, ms: number): void {
  const inside = client as unknown as Inside;
  const { stream } = inside.connection;
  stream.setTimeout(ms, () => {
    if (!inside.readyForQuery) stream.destroy(new Error('Connection terminated: no answer'));
  });
}

const opens = /^(begin|start transaction)/;
const nothing = { command: '', rowCount: 0, rows: [] };

/**
 * A pool's client that is given back also when its connection broke around a transaction: Kysely
 * gives back after a `rollback` that succeeded only, and never when `begin` failed, so that every
 * such break would cost the pool a place for good. A broken `begin` or `rollback` therefore counts
 * as done; whatever is asked between the two fails by itself.
 */
export class ReturningClient extends PreparingClient {
  override query(...given: unknown[]): never {
    const answer: unknown = super.query(...given);
    const [text] = given;
    if (typeof text !== 'string' || !(text === 'rollback' || opens.test(text))) {
      return answer as never;
    }
    return (answer as Promise<QueryResult>).catch(() => {
      (this as unknown as Inside).connection.stream.destroy();
      return nothing;
    }) as never;
  }
}
