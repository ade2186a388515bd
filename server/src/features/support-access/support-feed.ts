import type { Kernel } from '../../kernel/feature.js';
import { Bell, Pulled } from '../../kernel/live/pulled.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import {
  supportAccessChanged,
  supportAccessChecked,
  supportPermission,
} from './support-accesses.js';
import type { SupportAccesses } from './support-accesses.js';

/** Open pages of those who may see the window: told at once, and whenever it opens or closes. */
export class SupportFeed {
  readonly #bells = new Set<Bell>();

  constructor(kernel: Kernel, accesses: SupportAccesses) {
    kernel.live.subscribe(supportAccessChanged, () => {
      for (const bell of this.#bells) bell.ring();
    });
    // Each host has a file of its own, and a job runs on one of them only.
    kernel.live.subscribe(supportAccessChecked, () => {
      kernel.database
        .unitOfWork(() => accesses.reconcile())
        .catch((error: unknown) =>
          kernel.log.error({ err: error }, 'support access is not as it should be'),
        );
    });
  }

  open(viewer: Viewer): Pulled<true> {
    requirePermission(viewer, supportPermission);
    const bell = new Bell();
    this.#bells.add(bell);
    bell.ring();
    return new Pulled(
      async (signal) => {
        await bell.wait(signal);
        return [true];
      },
      () => this.#bells.delete(bell),
    );
  }
}
