import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import type { AnyVariables, CombinedError, Exchange, TypedDocumentNode } from '@urql/core';
import type { Operation } from '../graphql/generated/types.ts';
import type { Caller } from './caller.ts';
import { cancelled, Failure, failureFrom } from './failure.ts';
import { inTurn } from './in-turn.ts';
import { createLive } from './live.ts';
import type { Live } from './live.ts';
import { authorized, credentialsOf, currentToken } from './options.ts';
import type { GatehouseOptions } from './options.ts';
import { lazySocket } from './socket.ts';

/** Resolves to true once the person has proved who they are, to false when they gave up. */
export type ConfirmIdentity = () => Promise<boolean>;

export interface Result<Data> {
  data: Data | undefined;
  failure: Failure | undefined;
  /** Older data, shown while newer is on its way. */
  stale: boolean;
}

/** Connection of somebody who is signed in. */
export interface Gatehouse extends Caller {
  /** What is known already; asks nobody. */
  read<Data, Variables>(
    document: Operation<Data, Variables>,
    variables: Variables,
  ): Data | undefined;
  /** Follows a query as the cache changes. @returns how to stop */
  watch<Data, Variables>(
    document: Operation<Data, Variables>,
    variables: Variables,
    listener: (result: Result<Data>) => void,
  ): () => void;
  /** The server no longer knows who asks: the session ended, here or elsewhere. */
  onSignedOut(listener: () => void): () => void;
  /** Who asks the person for a proof, when one is needed. */
  onIdentityConfirmation(ask: ConfirmIdentity): () => void;
  /** Absolute address of the GraphQL endpoint, for examples to copy. */
  endpoint(): string;
  /** For requests beside GraphQL: the access token; undefined where the session's cookie goes along. */
  bearer(): Promise<string | undefined>;
  readonly live: Live;
  readonly urql: Client;
}

interface Answer<Data> {
  data?: Data | undefined;
  error?: CombinedError | undefined;
}

/** @param cache of one person: on a server there is one per request */
export function connect(options: GatehouseOptions, cache: Exchange): Gatehouse {
  const socket = lazySocket(options);
  const urql = new Client({
    url: options.url,
    preferGetMethod: false,
    fetch: inTurn(
      authorized(options, options.fetch ?? ((input, init) => globalThis.fetch(input, init))),
    ),
    fetchOptions: credentialsOf(options),
    exchanges: [
      cache,
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
      // Nothing known is null there.
      urql.readQuery(...request(document, variables), { requestPolicy: 'cache-only' })?.data ??
      undefined,

    async load(document, variables, fetch) {
      const known = gatehouse.read(document, variables);
      const context = {
        requestPolicy: 'network-only' as const,
        ...(fetch && !known ? { fetch: authorized(options, fetch) } : {}),
      };
      const answer = urql.query(...request(document, variables), context).toPromise();
      return known ?? unwrap(await answer);
    },

    query: async (document, variables) =>
      unwrap(
        await urql
          .query(...request(document, variables), { requestPolicy: 'network-only' })
          .toPromise(),
      ),

    async mutate(document, variables) {
      for (;;) {
        const result = await urql.mutation(...request(document, variables)).toPromise();
        const refused = result.error && failureFrom(result.error).code;
        if (refused !== 'IDENTITY_CONFIRMATION_REQUIRED' || !confirmIdentity) return unwrap(result);
        if (!(await confirmIdentity())) throw new Failure(cancelled);
      }
    },

    watch(document, variables, listener) {
      const { unsubscribe } = urql
        .query(...request(document, variables))
        .subscribe(({ data, error, stale }) => {
          listener({ data: data ?? undefined, failure: error && failureFrom(error), stale });
        });
      return unsubscribe;
    },

    bearer: async () => (options.token ? currentToken(options.token) : undefined),

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

/** urql takes texts as well, and parses each once; only its types have no name for one that knows its data. */
function request<Data, Variables>(document: Operation<Data, Variables>, variables: Variables) {
  return [
    document as unknown as TypedDocumentNode<Data, AnyVariables>,
    variables as AnyVariables,
  ] as const;
}
