import { untrack } from 'svelte';
import type { Operation } from '../graphql/generated/types.ts';
import { useGatehouse } from './context.ts';
import type { Failure } from './failure.ts';
import type { Result } from './gatehouse.ts';

export interface Query<Data> {
  readonly data: Data | undefined;
  readonly failure: Failure | undefined;
  /** Nothing to show yet, and an answer on its way. */
  readonly loading: boolean;
  readonly stale: boolean;
  refresh(): Promise<void>;
}

/**
 * A query as runes: drawn at once from what the page's `load` put into the cache, then followed. While new
 * variables are on their way the old data stays. Call it while a component is made.
 */
export function query<Data, Variables>(
  document: Operation<Data, Variables>,
  variables: () => Variables,
): Query<Data> {
  const gatehouse = useGatehouse();
  let result: Result<Data> = $state.raw({
    data: gatehouse.read(document, variables()),
    failure: undefined,
    stale: false,
  });

  $effect(() =>
    gatehouse.watch(document, variables(), (next) => {
      const before = untrack(() => result.data);
      result = next.data === undefined ? { ...next, data: before } : next;
    }),
  );

  return {
    get data() {
      return result.data;
    },
    get failure() {
      return result.failure;
    },
    get loading() {
      return result.data === undefined && result.failure === undefined;
    },
    get stale() {
      return result.stale;
    },
    async refresh() {
      await gatehouse.query(document, variables()).catch(() => undefined);
    },
  };
}
