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
 * A query as runes: drawn at once from what the page's `load` put into the cache, then followed. While the answer to
 * new variables is on its way the old data stays; when it fails the old data goes, since it answers something else.
 * Call it while a component is made.
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

  let isFirst = true;
  $effect(() => {
    let isAnswered = isFirst;
    isFirst = false;
    return gatehouse.watch(document, variables(), (next) => {
      isAnswered ||= next.data !== undefined;
      const before = untrack(() => result.data);
      const kept = next.failure && !isAnswered ? undefined : before;
      result = next.data === undefined ? { ...next, data: kept } : next;
    });
  });

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
