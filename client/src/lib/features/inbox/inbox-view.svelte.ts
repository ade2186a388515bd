import { tick } from 'svelte';
import { areShortcutsOn } from './shortcuts.svelte.ts';
import { InboxActs } from './inbox-acts.svelte.ts';
import type { Act, Inbox, Row } from './inbox.svelte.ts';
import type { Selection } from './selection.svelte.ts';

/** How far down, in pixels, before what arrives no longer moves what is read. */
const readingFrom = 120;

/** Focus, keys and scroll of one list: which row Tab stops at, and where it goes when that row has gone. */
export class InboxView {
  element: HTMLElement | undefined = $state();
  focusedId: string | undefined = $state();
  readonly acts: InboxActs;
  readonly #inbox: Inbox;
  readonly #selection: Selection;
  readonly #onsearch: () => void;

  constructor(inbox: Inbox, selection: Selection, onsearch: () => void) {
    this.#inbox = inbox;
    this.#selection = selection;
    this.#onsearch = onsearch;
    this.acts = new InboxActs(inbox);
    $effect(() =>
      inbox.onArrival((row) => {
        if (this.#scrolled() > readingFrom) inbox.hold(row.id);
      }),
    );
  }

  get currentId(): string | undefined {
    const { rows } = this.#inbox;
    return rows.some(({ id }) => id === this.focusedId) ? this.focusedId : rows[0]?.id;
  }

  async act(act: Act, row: Row): Promise<void> {
    await this.#keepingFocus(row, () => this.acts.act(act, row));
  }

  async actOnMany(act: Act, rows: Row[]): Promise<void> {
    await this.acts.many(act, rows);
    this.#selection.clear();
    await tick();
    this.#focus(this.currentId);
  }

  async markAllRead(): Promise<void> {
    await this.acts.markAllRead();
    await tick();
    // The button that had the focus is gone.
    if (document.activeElement === document.body) this.#focus(this.currentId);
  }

  async snooze(row: Row, until: Date): Promise<void> {
    await this.#keepingFocus(row, () => this.acts.snooze(row, until));
  }

  async loadMore(): Promise<void> {
    const last = this.#inbox.rows.at(-1)?.id;
    // A page that does not come leaves the button to be pressed again.
    await this.#inbox.loadMore().catch(() => undefined);
    await tick();
    const at = this.#inbox.rows.findIndex(({ id }) => id === last);
    this.#focus(this.#inbox.rows[at + 1]?.id);
  }

  async showHeld(): Promise<void> {
    this.#inbox.release();
    await tick();
    for (const box of this.#boxes()) box.scrollTop = 0;
    this.#focus(this.#inbox.rows[0]?.id);
  }

  readonly onkeydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    // A menu of a row has keys of its own; the list itself may stand in a popover.
    const popover = target.closest('[popover]');
    if (popover && this.element?.contains(popover)) return;
    if (target.matches('input:not([type=checkbox]), textarea, select')) return;
    const work = this.#workOf(event);
    if (!work) return;
    event.preventDefault();
    void work();
  };

  #workOf({ key, shiftKey }: KeyboardEvent): (() => unknown) | undefined {
    if (key === 'ArrowDown') return () => this.#move(1);
    if (key === 'ArrowUp') return () => this.#move(-1);
    const row = this.#inbox.rows.find(({ id }) => id === this.currentId);
    if (!areShortcutsOn() || !row) return undefined;
    if (shiftKey && key === 'I') return () => this.act('read', row);
    if (shiftKey && key === 'U') return () => this.act('unread', row);
    if (shiftKey) return key === '/' ? this.#onsearch : undefined;
    switch (key) {
      case 'j':
        return () => this.#move(1);
      case 'k':
        return () => this.#move(-1);
      case 'e':
        return () => this.act(row.dismissedAt ? 'restore' : 'dismiss', row);
      case 'x':
        return () => this.#selection.toggle(row.id);
      case 'z':
        return () => this.acts.undo();
      case '/':
        return this.#onsearch;
      default:
        return undefined;
    }
  }

  /** How far down the reader is: in the page, in a popover or in whatever the list was put into. */
  #scrolled(): number {
    return Math.max(...this.#boxes().map(({ scrollTop }) => scrollTop));
  }

  #boxes(): Element[] {
    const boxes: Element[] = [document.documentElement];
    for (let box = this.element?.parentElement; box; box = box.parentElement) boxes.push(box);
    return boxes;
  }

  #move(step: 1 | -1): void {
    const { rows } = this.#inbox;
    const at = rows.findIndex(({ id }) => id === this.currentId);
    this.#focus(rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.id);
  }

  #focus(id: string | undefined): void {
    if (id === undefined) return;
    this.focusedId = id;
    this.#mainOf(id)?.focus();
  }

  #mainOf(id: string): HTMLElement | null | undefined {
    return this.element?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] [data-main]`);
  }

  /** A row that leaves hands the focus to the next one, so that nobody is thrown back to the top of the page. */
  async #keepingFocus(row: Row, work: () => Promise<void>): Promise<void> {
    const before = this.#inbox.rows;
    const at = before.findIndex(({ id }) => id === row.id);
    const neighbour = (before[at + 1] ?? before[at - 1])?.id;
    const hadFocus = this.element?.contains(document.activeElement);
    const done = work();
    await tick();
    const isGone = !this.#inbox.rows.some(({ id }) => id === row.id);
    if (hadFocus && isGone) this.#focus(neighbour);
    await done;
  }
}
