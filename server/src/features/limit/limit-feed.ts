import { Batch } from '../../kernel/live/batch.js';
import type { Kernel } from '../../kernel/feature.js';
import { Bell, Pulled } from '../../kernel/live/pulled.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Limit } from './limit.js';
import { limitsChanged } from './limits.js';
import type { Limits } from './limits.js';

/** Open pages that watch limits. A hint says whose changed; what is told is what the table then says. */
export class LimitFeed {
  readonly #readers = new Map<string, Set<Bell>>();
  readonly #questions: Batch<string, Limit[]>;

  constructor(kernel: Kernel, limits: Limits) {
    this.#questions = new Batch((ids) => kernel.database.unitOfWork(() => limits.of(ids)));
    kernel.live.subscribe(limitsChanged, (message) => {
      const named = message?.['accountId'];
      const ids = typeof named === 'string' ? [named] : this.#readers.keys();
      for (const id of ids) for (const bell of this.#readers.get(id) ?? []) bell.ring();
    });
  }

  /** The caller's limits, each when it is another than it was. */
  async changes(viewer: Viewer): Promise<Pulled<Limit>> {
    requireAccount(viewer);
    const { accountId } = viewer;
    const bell = new Bell();
    const readers = this.#readers.get(accountId) ?? new Set();
    // Listening first: what changes while the present state is read rings.
    this.#readers.set(accountId, readers.add(bell));
    const leave = () => {
      readers.delete(bell);
      if (readers.size === 0) this.#readers.delete(accountId);
    };
    try {
      let told = await this.#questions.ask(accountId);
      return new Pulled(async (signal) => {
        await bell.wait(signal);
        if (signal.aborted) return [];
        const now = await this.#questions.ask(accountId);
        const changed = now.filter((limit) => !told.some((one) => isSame(one, limit)));
        told = now;
        return changed;
      }, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }
}

const isSame = (a: Limit, b: Limit) => a.key === b.key && a.used === b.used && a.limit === b.limit;
