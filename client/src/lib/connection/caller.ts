import type { Operation } from '../graphql/generated/types.ts';
import { Failure, refusalOf } from './failure.ts';
import { authorized, credentialsOf } from './options.ts';
import type { GatehouseOptions } from './options.ts';

/** What a form needs of a connection. */
export interface Caller {
  /**
   * For page loads: what is known at once, brought up to date behind; else the server's answer.
   * @throws Failure
   */
  load<Data, Variables>(
    document: Operation<Data, Variables>,
    variables: Variables,
    fetch?: typeof globalThis.fetch,
  ): Promise<Data>;
  /** Asks the server. @throws Failure */
  query<Data, Variables>(document: Operation<Data, Variables>, variables: Variables): Promise<Data>;
  /**
   * Refused with IDENTITY_CONFIRMATION_REQUIRED, it asks for the confirmation and repeats itself, where somebody can.
   * @throws Failure, with code CANCELLED when the confirmation was closed
   */
  mutate<Data, Variables>(
    document: Operation<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
}

interface Answer<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** For pages where nobody is signed in: it knows nothing, keeps nothing, and confirms nothing. */
export function createCaller(options: GatehouseOptions): Caller {
  return {
    load: (document, variables, fetch) => post(options, document, variables, fetch),
    query: (document, variables) => post(options, document, variables),
    mutate: (document, variables) => post(options, document, variables),
  };
}

async function post<Data, Variables>(
  options: GatehouseOptions,
  query: Operation<Data, Variables>,
  variables: Variables,
  fetch = options.fetch ?? globalThis.fetch,
): Promise<Data> {
  const answer = await authorized(options, fetch)(options.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
    ...credentialsOf(options),
  })
    .then((response) => response.json() as Promise<Answer<Data>>)
    .catch((error: unknown) => {
      throw new Failure('UNREACHABLE', { message: String(error) });
    });
  const first = answer.errors?.[0];
  if (first) throw refusalOf(first);
  if (!answer.data) throw new Failure('UNREACHABLE');
  return answer.data;
}
