import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { MeasureStorageDocument, StorageDocument } from '../../graphql/generated/documents.ts';
import { followLimits } from './follow-limits.ts';

/** While a walk is under way, it is asked so often whether it is done. Milliseconds. */
const askEvery = 2_000;

/** What somebody's files occupy, kept right while it is shown. Make it while a component is made. */
export class DiskSpace {
  isMeasuring = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #query = query(StorageDocument, () => ({}));

  constructor() {
    $effect(() => followLimits(this.#gatehouse, () => void this.refresh()));
    $effect(() => {
      if (!this.storage?.measuring) return;
      const timer = setInterval(() => void this.refresh(), askEvery);
      return () => clearInterval(timer);
    });
  }

  get storage() {
    return this.#query.data?.me?.storage;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async measure(): Promise<void> {
    this.isMeasuring = true;
    try {
      await this.#gatehouse.mutate(MeasureStorageDocument, {});
    } finally {
      this.isMeasuring = false;
    }
  }
}
