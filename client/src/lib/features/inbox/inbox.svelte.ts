import { useGatehouse } from '../../connection/context.ts';
import type { Gatehouse } from '../../connection/gatehouse.ts';
import { query } from '../../connection/query.svelte.ts';
import { belongs } from '../../connection/standing.ts';
import {
  DismissDocument,
  InboxDocument,
  MarkAllReadDocument,
  MarkReadDocument,
  MarkUnreadDocument,
  RestoreDocument,
  SnoozeDocument,
  UnsnoozeDocument,
} from '../../graphql/generated/documents.ts';
import type {
  InboxFilter,
  NotificationRowFragment,
  Operation,
} from '../../graphql/generated/documents.ts';
import type { Text } from '../../text/text.svelte.ts';
import { firstPage } from './first-page.ts';
import type { Sought } from './first-page.ts';

export type Row = NotificationRowFragment;
export type Act = 'read' | 'unread' | 'dismiss' | 'restore' | 'unsnooze';

/** The server takes no more at once. */
export const mostIds = 100;
const mostTakenBack = 1_000;

export interface Day {
  /** YYYY-MM-DD in the person's zone. */
  key: string;
  rows: Row[];
}

// They differ only in what they are called: a page follows the rows, not the answer.
const documents: Record<Act, Operation<unknown, { ids: string[] }>> = {
  read: MarkReadDocument,
  unread: MarkUnreadDocument,
  dismiss: DismissDocument,
  restore: RestoreDocument,
  unsnooze: UnsnoozeDocument,
};

/**
 * One list of the inbox. What is shown follows the rows' own marks, so that every act shows at once, and comes
 * back by itself when the server refuses. Make it while a component is made.
 */
export class Inbox {
  /** Rows that came while the reader was further down: counted, not shown, so that nothing moves. */
  held: ReadonlySet<string> = $state.raw(new Set());
  isLoadingMore = $state(false);

  readonly #gatehouse: Gatehouse = useGatehouse();
  readonly #sought: () => Sought;
  readonly #query;

  constructor(sought: () => Sought) {
    this.#sought = sought;
    this.#query = query(InboxDocument, () => firstPage(sought()));
  }

  get #filter(): InboxFilter {
    return this.#sought().filter;
  }

  get #category(): string {
    return this.#sought().category;
  }

  get #inbox() {
    return this.#query.data?.me?.inbox;
  }

  get rows(): Row[] {
    const now = new Date();
    return (this.#inbox?.nodes ?? []).filter(
      (row) => !this.held.has(row.id) && belongs(standing(row), this.#filter, now),
    );
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get failure() {
    return this.#query.failure;
  }

  /** Something is searched for. */
  get isSearch(): boolean {
    return isSearch(this.#sought());
  }

  /** Only some of what the list holds is looked for. */
  get isNarrowed(): boolean {
    return this.#category !== '' || this.isSearch;
  }

  get unreadCount(): number {
    return this.#query.data?.me?.unreadCount ?? 0;
  }

  get hasMore(): boolean {
    return this.#inbox?.pageInfo.hasNextPage ?? false;
  }

  days(text: Text): Day[] {
    const days: Day[] = [];
    for (const row of this.rows) {
      const key = text.dayOf(row.createdAt);
      const last = days.at(-1);
      if (last?.key === key) last.rows.push(row);
      else days.push({ key, rows: [row] });
    }
    return days;
  }

  /** Something here, or further down, can be marked as read. */
  get hasUnread(): boolean {
    if (this.#filter === 'DISMISSED' || this.#filter === 'SNOOZED') return false;
    if (this.unreadCount === 0 || !this.isNarrowed) return this.unreadCount > 0;
    return this.hasMore || this.rows.some((row) => !row.readAt);
  }

  hold(id: string): void {
    this.held = new Set([...this.held, id]);
  }

  release(): void {
    this.held = new Set();
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async loadMore(): Promise<void> {
    const after = this.#inbox?.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      await this.#gatehouse.query(InboxDocument, { ...firstPage(this.#sought()), after });
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** @throws Failure, after the rows are shown as they were */
  async act(act: Act, ids: string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += mostIds) {
      await this.#gatehouse.mutate(documents[act], { ids: ids.slice(from, from + mostIds) });
    }
  }

  /** @throws Failure */
  async snooze(ids: string[], until: Date): Promise<void> {
    await this.#gatehouse.mutate(SnoozeDocument, { ids, until: until.toISOString() });
  }

  /**
   * All that is unread of what is sought, also what is not on the page yet: what arrives meanwhile is not.
   * @returns `ids` to take back; undefined for more than one would. @throws Failure
   */
  async markAllRead(): Promise<{ found: boolean; ids: string[] | undefined }> {
    // Something else may be sought before the answers are there.
    const sought = { ...this.#sought() };
    const found = isSearch(sought);
    const ids = await this.#unreadIds(sought, found ? Infinity : mostTakenBack);
    if (found && ids) await this.act('read', ids);
    else await this.#gatehouse.mutate(MarkAllReadDocument, { category: sought.category || null });
    return { found, ids: ids && ids.length <= mostTakenBack ? ids : undefined };
  }

  /** @returns undefined for more than `most` */
  async #unreadIds(sought: Sought, most: number): Promise<string[] | undefined> {
    const ids = this.rows.filter((row) => !row.readAt).map(({ id }) => id);
    if (!this.isNarrowed && ids.length >= this.unreadCount) return ids;
    const all: string[] = [];
    let after: string | null = null;
    do {
      const inbox = await this.#unreadAfter(sought, after);
      all.push(...inbox.nodes.map(({ id }) => id));
      after = inbox.pageInfo.hasNextPage ? inbox.pageInfo.endCursor : null;
    } while (after && all.length < most);
    return after ? undefined : all;
  }

  async #unreadAfter(sought: Sought, after: string | null) {
    const unread = { ...sought, filter: 'UNREAD' as const };
    const page = { ...firstPage(unread), first: mostIds, after };
    const { me } = await this.#gatehouse.query(InboxDocument, page);
    return me?.inbox ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
  }

  /** Calls back for each new notification that this list may show. @returns how to stop */
  onArrival(listener: (row: Row) => void): () => void {
    return this.#gatehouse.live.onEvent((event) => {
      if (event.__typename === 'NotificationAdded') listener(event.notification);
    });
  }
}

const isSearch = ({ search }: Sought) => search.trim() !== '';

function standing({ readAt, dismissedAt, snoozedUntil }: Row) {
  return {
    readAt: readAt ?? null,
    dismissedAt: dismissedAt ?? null,
    snoozedUntil: snoozedUntil ?? null,
  };
}
