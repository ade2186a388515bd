import type { Socket } from 'node:net';
import type { ClientBase } from 'pg';

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
