import { SvelteSet } from 'svelte/reactivity';
import { mostIds } from './inbox.svelte.ts';
import type { Inbox, Row } from './inbox.svelte.ts';

/** Which rows are chosen, to do one thing to all of them. What leaves the list is not chosen any more. */
export class Selection {
  readonly #ids = new SvelteSet<string>();
  readonly #inbox: Inbox;
  /** Where the last choice was, for a choice up to there. */
  #last: string | undefined;

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  get rows(): Row[] {
    return this.#inbox.rows.filter(({ id }) => this.#ids.has(id)).slice(0, mostIds);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** @param upTo all between the last choice and this one as well */
  toggle(id: string, upTo = false): void {
    const chosen = !this.#ids.has(id);
    for (const one of upTo ? this.#between(id) : [id]) {
      if (chosen) this.#ids.add(one);
      else this.#ids.delete(one);
    }
    this.#last = id;
  }

  all(): void {
    for (const { id } of this.#inbox.rows.slice(0, mostIds)) this.#ids.add(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#last = undefined;
  }

  #between(id: string): string[] {
    const ids = this.#inbox.rows.map((row) => row.id);
    const [from, to] = [ids.indexOf(this.#last ?? id), ids.indexOf(id)].sort((a, b) => a - b);
    return from === undefined || from < 0 || to === undefined ? [id] : ids.slice(from, to + 1);
  }
}
