import { useGatehouse } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import { BroadcastPreviewsDocument } from '../../graphql/generated/documents.ts';
import type { PreviewFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { messageOf } from './draft.ts';
import type { Draft } from './draft.ts';

export type Preview = PreviewFieldsFragment;

interface Both {
  readonly english: readonly Preview[];
  readonly italian: readonly Preview[];
}

const pauseMs = 400;

/**
 * Asks the server what each channel makes of a draft, when the typing pauses.
 * @param draft null: nothing that could be shown
 * @param type of notification; undefined is that of broadcasts. Make it while a component is made.
 */
export class Previews {
  /** What the server's own renderers made of the draft. */
  both: Both | null = $state.raw(null);
  problem = $state('');
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();
  #asked = 0;

  constructor(draft: () => Draft | null, type: () => string | undefined) {
    $effect(() => {
      const shown = draft();
      const words = JSON.stringify(shown && messageOf(shown, ''));
      const of = type();
      const timer = setTimeout(() => void this.#look(words, of), this.#asked === 0 ? 0 : pauseMs);
      return () => clearTimeout(timer);
    });
  }

  async #look(words: string, type: string | undefined): Promise<void> {
    const asked = ++this.#asked;
    const input = JSON.parse(words) as ReturnType<typeof messageOf> | null;
    if (input === null) return this.#show(null);
    try {
      const { admin } = await this.#gatehouse.query(BroadcastPreviewsDocument, {
        input: { ...input, key: null },
        ...(type && { type }),
      });
      // An answer that was overtaken is not shown.
      if (asked === this.#asked) this.#show(admin);
    } catch (failure) {
      if (asked === this.#asked) this.problem = sentenceOf(asFailure(failure), this.#text);
    }
  }

  #show(both: Both | null): void {
    this.both = both;
    this.problem = '';
  }
}
