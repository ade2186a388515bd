import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import type { AnyVariables, CombinedError, Exchange, TypedDocumentNode } from '@urql/core';
import { cancelled, Failure, failureFrom } from './failure.ts';
import { createLive } from './live.ts';
import type { Live } from './live.ts';
import { currentToken } from './options.ts';
import type { GatehouseOptions } from './options.ts';
import { lazySocket } from './socket.ts';

type Document<Data, Variables> = TypedDocumentNode<Data, Variables>;

/** Resolves to true once the person has proved who they are, to false when they gave up. */
export type ConfirmIdentity = () => Promise<boolean>;

export interface Result<Data> {
  data: Data | undefined;
  failure: Failure | undefined;
  /** Older data, shown while newer is on its way. */
  stale: boolean;
}

export interface Gatehouse {
  /** What is known already; asks nobody. */
  read<Data, Variables extends AnyVariables>(
    document: Document<Data, Variables>,
    variables: Variables,
  ): Data | undefined;
  /**
   * For page loads: what is known at once, brought up to date behind; else the server's answer.
   * @throws Failure
   */
  load<Data, Variables extends AnyVariables>(
    document: Document<Data, Variables>,
    variables: Variables,
    fetch?: typeof globalThis.fetch,
  ): Promise<Data>;
  /** Asks the server. @throws Failure */
  query<Data, Variables extends AnyVariables>(
    document: Document<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /**
   * Refused with IDENTITY_CONFIRMATION_REQUIRED, it asks for the confirmation and repeats itself.
   * @throws Failure, with code CANCELLED when the confirmation was closed
   */
  mutate<Data, Variables extends AnyVariables>(
    document: Document<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /** Follows a query as the cache changes. @returns how to stop */
  watch<Data, Variables extends AnyVariables>(
    document: Document<Data, Variables>,
    variables: Variables,
    listener: (result: Result<Data>) => void,
  ): () => void;
  /** The server no longer knows who asks: the session ended, here or elsewhere. */
  onSignedOut(listener: () => void): () => void;
  /** Who asks the person for a proof, when one is needed. */
  onIdentityConfirmation(ask: ConfirmIdentity): () => void;
  /** Absolute address of the GraphQL endpoint, for examples to copy. */
  endpoint(): string;
  readonly live: Live;
  readonly urql: Client;
}

interface Answer<Data> {
  data?: Data | undefined;
  error?: CombinedError | undefined;
}

/** Without a cache it serves pages where nobody is signed in, and never holds a person's data. */
export function connect(options: GatehouseOptions, cache?: Exchange): Gatehouse {
  const socket = lazySocket(options);
  const urql = new Client({
    url: options.url,
    preferGetMethod: false,
    fetch: authorized(options, options.fetch ?? ((input, init) => globalThis.fetch(input, init))),
    fetchOptions: { credentials: options.token ? 'omit' : 'include' },
    exchanges: [
      ...(cache ? [cache] : []),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: socket.forward }),
    ],
  });
  let confirmIdentity: ConfirmIdentity | undefined;
  const signedOut = new Set<() => void>();

  function unwrap<Data>({ data, error }: Answer<Data>): Data {
    const failure = error && failureFrom(error);
    if (failure?.code === 'UNAUTHENTICATED') for (const listener of signedOut) listener();
    if (failure) throw failure;
    if (data === undefined || data === null) throw new Failure('UNREACHABLE');
    return data;
  }

  const gatehouse: Gatehouse = {
    urql,
    live: createLive(urql, socket),
    endpoint: () => new URL(options.url, globalThis.location?.href).href,

    read: (document, variables) =>
      urql.readQuery(document, variables, { requestPolicy: 'cache-only' })?.data ?? undefined,

    async load(document, variables, fetch) {
      const known = cache && gatehouse.read(document, variables);
      const context = {
        requestPolicy: 'network-only' as const,
        ...(fetch && !known ? { fetch: authorized(options, fetch) } : {}),
      };
      const answer = urql.query(document, variables, context).toPromise();
      return known ?? unwrap(await answer);
    },

    query: async (document, variables) =>
      unwrap(await urql.query(document, variables, { requestPolicy: 'network-only' }).toPromise()),

    async mutate(document, variables) {
      for (;;) {
        const result = await urql.mutation(document, variables).toPromise();
        const refused = result.error && failureFrom(result.error).code;
        if (refused !== 'IDENTITY_CONFIRMATION_REQUIRED' || !confirmIdentity) return unwrap(result);
        if (!(await confirmIdentity())) throw new Failure(cancelled);
      }
    },

    watch(document, variables, listener) {
      const { unsubscribe } = urql
        .query(document, variables)
        .subscribe(({ data, error, stale }) => {
          listener({ data: data ?? undefined, failure: error && failureFrom(error), stale });
        });
      return unsubscribe;
    },

    onSignedOut(listener) {
      signedOut.add(listener);
      return () => signedOut.delete(listener);
    },

    onIdentityConfirmation(ask) {
      confirmIdentity = ask;
      return () => {
        if (confirmIdentity === ask) confirmIdentity = undefined;
      };
    },
  };
  return gatehouse;
}

function authorized({ token }: GatehouseOptions, fetch: typeof globalThis.fetch): typeof fetch {
  if (!token) return fetch;
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await currentToken(token)}`);
    return fetch(input, { ...init, headers });
  };
}
