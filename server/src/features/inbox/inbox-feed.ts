import { Batch } from '../../kernel/live/batch.js';
import type { Kernel } from '../../kernel/feature.js';
import { Bell, Pulled } from '../../kernel/live/pulled.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { inboxChanged } from '../notification/notices.js';
import type { Changes, InboxChanges, InboxEventData, Since } from './inbox-changes.js';
import { decodePosition, encodePosition } from './position.js';

interface Reader {
  readonly accountId: string;
  readonly bell: Bell;
}

/**
 * Open inboxes of this server. A hint rings the bells of those it concerns; each then asks what
 * changed since where it stands, and all that ask at once are answered by one statement. A lost
 * hint loses nothing: the next question finds what it was about.
 */
export class InboxFeed {
  readonly #readers = new Map<string, Set<Reader>>();
  readonly #questions: Batch<Since, Changes>;

  constructor(
    private readonly kernel: Kernel,
    changes: InboxChanges,
  ) {
    this.#questions = new Batch((asked) => kernel.database.unitOfWork(() => changes.since(asked)));
    kernel.live.subscribe(inboxChanged, (message) => {
      const named = message?.['accountIds'] as readonly string[] | null | undefined;
      for (const id of named ?? this.#readers.keys()) {
        for (const reader of this.#readers.get(id) ?? []) reader.bell.ring();
      }
    });
  }

  /** Everything that happens, from `after` or from now on. */
  async events(viewer: Viewer, after: string | null): Promise<Pulled<InboxEventData>> {
    requireAccount(viewer);
    const { accountId } = viewer;
    const known = after === null ? null : decodePosition(after, this.kernel.clock.now());
    const now = known ? null : await this.#questions.ask({ accountId, position: null });
    let position = known ?? now!.position;
    // A position that says nothing: the client is told to read anew before anything else.
    const isLost = after !== null && known === null;
    const unreadCount = now?.unreadCount ?? 0;
    const reset = { reset: true, unreadCount, position: encodePosition(position) } as const;
    let first: readonly InboxEventData[] = isLost ? [reset] : [];
    return this.#read(accountId, async () => {
      const changes = await this.#questions.ask({ accountId, position });
      const events = [...first, ...changes.events];
      first = [];
      position = changes.position;
      return events;
    });
  }

  /** The unread count: at once, then whenever it is another. */
  unreadCounts(viewer: Viewer): Pulled<number> {
    requireAccount(viewer);
    const { accountId } = viewer;
    let told: number | null = null;
    return this.#read(accountId, async () => {
      const { unreadCount } = await this.#questions.ask({ accountId, position: null });
      if (unreadCount === told) return [];
      told = unreadCount;
      return [unreadCount];
    });
  }

  #read<Item>(accountId: string, pull: () => Promise<readonly Item[]>): Pulled<Item> {
    const reader: Reader = { accountId, bell: new Bell() };
    const readers = this.#readers.get(accountId) ?? new Set();
    this.#readers.set(accountId, readers.add(reader));
    reader.bell.ring();
    return new Pulled(
      async (signal) => {
        await reader.bell.wait(signal);
        return signal.aborted ? [] : pull();
      },
      () => {
        readers.delete(reader);
        if (readers.size === 0) this.#readers.delete(accountId);
      },
    );
  }
}
