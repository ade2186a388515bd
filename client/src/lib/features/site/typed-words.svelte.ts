import { untrack } from 'svelte';
import { searchWords } from '../../text/search-words.ts';

const pauseMs = 300;

/**
 * What is typed into a box, told when the typing pauses. What an address brings back is what was told a moment ago:
 * more may have been typed since, and stays. Make it while a component is made.
 */
export class TypedWords {
  text = $state('');
  /** What was told last. */
  told = $state('');
  readonly #tell: (words: string) => void;

  /** @param given as the address has it */
  constructor(given: () => string, tell: (words: string) => void) {
    this.text = this.told = untrack(given);
    this.#tell = tell;
    $effect.pre(() => {
      const words = given();
      if (words !== searchWords(untrack(() => this.told))) this.text = this.told = words;
    });
    $effect(() => {
      const next = this.text;
      if (next === this.told) return;
      const timer = setTimeout(() => this.tell(next), pauseMs);
      return () => clearTimeout(timer);
    });
  }

  /** Without a word: whoever empties it tells what else it is about. */
  empty(): void {
    this.text = this.told = '';
  }

  /** At once. */
  tell(text: string): void {
    this.text = this.told = text;
    this.#tell(searchWords(text));
  }
}
