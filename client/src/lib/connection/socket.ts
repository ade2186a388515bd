import type { ExecutionResult, SubscriptionForwarder } from '@urql/core';
import type { Client } from 'graphql-ws';
import { currentToken } from './options.ts';
import type { GatehouseOptions } from './options.ts';

/** Close codes of the contract (configuration page, "Endpoints"). */
export const closeCodes = { sessionEnded: 4401, refused: 4403 } as const;

export interface Socket {
  readonly forward: SubscriptionForwarder;
  /** @param listener gets the close code; undefined when there was none (the network went away). @returns how to stop */
  onClosed(listener: (code: number | undefined) => void): () => void;
  onOpened(listener: () => void): () => void;
  close(): void;
}

/**
 * The socket of subscriptions. Its code is fetched with the first one. It never tries again by itself:
 * only `live` knows from which position to go on.
 */
export function lazySocket({ url, token }: GatehouseOptions): Socket {
  const closed = new Set<(code: number | undefined) => void>();
  const opened = new Set<() => void>();
  let client: Promise<Client> | undefined;

  async function open(): Promise<Client> {
    const { createClient } = await import('graphql-ws');
    return createClient({
      url: socketUrl(url),
      retryAttempts: 0,
      connectionAckWaitTimeout: 10_000,
      keepAlive: 20_000,
      ...(token && {
        connectionParams: async () => ({ authorization: `Bearer ${await currentToken(token)}` }),
      }),
      on: {
        connected: () => opened.forEach((listener) => listener()),
        closed: (event) => closed.forEach((listener) => listener(codeOf(event))),
      },
    });
  }

  return {
    forward: ({ query, variables }) => ({
      subscribe(sink) {
        let over = false;
        let stop = () => {};
        client ??= open();
        client.then(
          (ready) => {
            if (over || !query) return;
            stop = ready.subscribe<ExecutionResult['data']>(
              { query, variables: variables as Record<string, unknown> },
              {
                next: (result) => sink.next(result as ExecutionResult),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            );
          },
          (error: unknown) => {
            // A chunk that could not be fetched is fetched anew next time.
            client = undefined;
            sink.error(error);
          },
        );
        return {
          unsubscribe() {
            over = true;
            stop();
          },
        };
      },
    }),
    onClosed: (listener) => listen(closed, listener),
    onOpened: (listener) => listen(opened, listener),
    close() {
      void client?.then((ready) => ready.terminate());
    },
  };
}

function listen<Listener>(all: Set<Listener>, listener: Listener): () => void {
  all.add(listener);
  return () => all.delete(listener);
}

function socketUrl(url: string): string {
  const absolute = new URL(url, globalThis.location?.href);
  absolute.protocol = absolute.protocol.replace('http', 'ws');
  return absolute.href;
}

function codeOf(event: unknown): number | undefined {
  const code = (event as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}
