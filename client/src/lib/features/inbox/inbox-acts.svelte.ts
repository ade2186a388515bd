import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import { useText } from '../../text/context.ts';
import type { MessageKey } from '../../text/text.svelte.ts';
import { getAnnouncer } from '../../ui/announcer.svelte.ts';
import { getToaster } from '../../ui/toaster.svelte.ts';
import type { Act, Inbox, Row } from './inbox.svelte.ts';

type Told = Extract<
  MessageKey,
  | 'inbox.dismissed'
  | 'inbox.restored'
  | 'inbox.snoozedDone'
  | 'inbox.broughtBack'
  | 'inbox.markedRead'
  | 'inbox.markedUnread'
>;

/** The server takes no shorter one; what ends so soon is as good as back. */
const shortestSnoozeMs = 60_000;

const told: Record<Act, Told> = {
  read: 'inbox.markedRead',
  unread: 'inbox.markedUnread',
  dismiss: 'inbox.dismissed',
  restore: 'inbox.restored',
  unsnooze: 'inbox.broughtBack',
};

const opposite: Record<Exclude<Act, 'unsnooze'>, Act> = {
  read: 'unread',
  unread: 'read',
  dismiss: 'restore',
  restore: 'dismiss',
};

/** What is so already is not changed, and must not be taken back either. */
function changes(act: Act, row: Row): boolean {
  if (act === 'read' || act === 'unread') return Boolean(row.readAt) === (act === 'unread');
  return act === 'unsnooze' || Boolean(row.dismissedAt) === (act === 'restore');
}

/** What a person does to rows, said and offered to be taken back. Make it while a component is made. */
export class InboxActs {
  readonly #inbox: Inbox;
  readonly #text = useText();
  readonly #toaster = getToaster();
  readonly #announcer = getAnnouncer();
  #last: (() => Promise<void>) | undefined;
  #offered: number | undefined;

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  /** Marks without a word: opening says enough. */
  async open(row: Row): Promise<void> {
    if (!row.readAt) await this.#attempt(row, () => this.#inbox.act('read', [row.id]));
  }

  async act(act: Act, row: Row): Promise<void> {
    // Read before the act changes it.
    const wayBack = this.#wayBack(act, [row]);
    const done = this.#attempt(row, () => this.#inbox.act(act, [row.id]));
    await this.#tell(told[act], row, done, wayBack);
  }

  /** One act on all, and one way back for those it changed. */
  async many(act: Act, rows: Row[]): Promise<void> {
    const changed = rows.filter((row) => changes(act, row));
    if (changed.length === 0) return;
    const ids = changed.map(({ id }) => id);
    const wayBack = this.#wayBack(act, changed);
    try {
      await this.#inbox.act(act, ids);
    } catch (error) {
      const reason = sentenceOf(asFailure(error), this.#text);
      this.#toaster.show({ tone: 'danger', text: this.#text.t('notify.many.failed', { reason }) });
      return;
    }
    this.#last = wayBack;
    this.#offer(this.#text.t('notify.many.done', { count: ids.length }), this.#last);
  }

  async snooze(row: Row, until: Date): Promise<void> {
    const done = this.#attempt(row, () => this.#inbox.snooze([row.id], until));
    await this.#tell('inbox.snoozedDone', row, done, () => this.#inbox.act('unsnooze', [row.id]));
  }

  /** To what the rows are now: ask before they are changed. */
  #wayBack(act: Act, rows: readonly Row[]) {
    if (act === 'unsnooze') return undefined;
    const ids = rows.map(({ id }) => id);
    // Dismissing ends a snooze.
    const snoozed = act === 'dismiss' ? Map.groupBy(rows, ({ snoozedUntil }) => snoozedUntil) : [];
    const snoozes = [...snoozed].map(([until, some]) => [until, some.map(({ id }) => id)] as const);
    return async () => {
      await this.#inbox.act(opposite[act], ids);
      for (const [until, some] of snoozes) {
        if (until && Date.parse(until) > Date.now() + shortestSnoozeMs) {
          await this.#inbox.snooze(some, new Date(until));
        }
      }
    };
  }

  async markAllRead(): Promise<void> {
    let marked: Awaited<ReturnType<Inbox['markAllRead']>>;
    try {
      marked = await this.#inbox.markAllRead();
    } catch (error) {
      const reason = sentenceOf(asFailure(error), this.#text);
      this.#toaster.show({ tone: 'danger', text: this.#text.t('inbox.failedAll', { reason }) });
      return;
    }
    const { found, ids } = marked;
    this.#last = ids && ids.length > 0 ? () => this.#inbox.act('unread', ids) : undefined;
    this.#offer(this.#text.t(found ? 'inbox.foundRead' : 'inbox.allRead'), this.#last);
  }

  /** Takes the last act back, once. */
  async undo(): Promise<void> {
    const undo = this.#last;
    this.#last = undefined;
    await undo?.();
  }

  /** The act shows before it is done, so it can be taken back before it is done, too. */
  async #tell(
    key: Told,
    row: Row,
    done: Promise<boolean>,
    back: (() => Promise<void>) | undefined,
  ): Promise<void> {
    const undo = back && (async () => void ((await done) && (await this.#attempt(row, back))));
    this.#last = undo;
    const isDone = await done;
    // Taken back meanwhile, or something else was done.
    if (this.#last !== undo) return;
    if (!isDone) {
      this.#last = undefined;
      return;
    }
    const text = this.#text.t(key, { title: row.title });
    // What changed in place is seen, and `z` takes it back; only what left the list needs more.
    if (this.#inbox.rows.some(({ id }) => id === row.id)) this.#announcer.polite(text);
    else this.#offer(text, undo);
  }

  /** One at a time: the next act makes the last offer old. */
  #offer(text: string, undo: (() => Promise<void>) | undefined): void {
    if (this.#offered !== undefined) this.#toaster.dismiss(this.#offered);
    this.#offered = this.#toaster.show({ text, ...(undo && { undo }) });
  }

  async #attempt(row: Row, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const reason = sentenceOf(asFailure(error), this.#text);
      const text = this.#text.t('inbox.failed', { title: row.title, reason });
      this.#toaster.show({ tone: 'danger', text });
      return false;
    }
  }
}
