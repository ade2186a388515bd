import { useGatehouse } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import { UsersDocument } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import type { Person } from '../broadcast-draft/draft.ts';

const few = 6;
const pauseMs = 250;

/** Finds people by a part of their name when the typing pauses. Make it while a component is made. */
export class PeopleSearch {
  typed = $state('');
  found: readonly Person[] = $state.raw([]);
  problem = $state('');
  /** What `found` is the answer to. */
  answered = $state('');
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();

  constructor() {
    $effect(() => {
      const search = this.typed.trim();
      const timer = setTimeout(() => void this.#look(search), pauseMs);
      return () => clearTimeout(timer);
    });
  }

  async #look(search: string): Promise<void> {
    if (search === '') return this.#show('', []);
    try {
      const { admin } = await this.#gatehouse.query(UsersDocument, {
        first: few,
        after: null,
        search,
        role: null,
        disabled: false,
        sort: 'USERNAME',
      });
      // An answer that was overtaken is not shown.
      if (search === this.typed.trim()) this.#show(search, admin.users.nodes);
    } catch (failure) {
      this.problem = sentenceOf(asFailure(failure), this.#text);
    }
  }

  #show(search: string, people: readonly Person[]): void {
    this.answered = search;
    this.problem = '';
    this.found = people.map(({ id, username }) => ({ id, username }));
  }
}
