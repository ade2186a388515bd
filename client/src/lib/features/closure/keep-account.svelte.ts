import { useGatehouse } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import { CancelAccountDeletionDocument } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { getAnnouncer } from '../../ui/announcer.svelte.ts';
import { getToaster } from '../../ui/toaster.svelte.ts';

/** The way back from a deletion. Make it while a component is made. */
export class KeepAccount {
  isPending = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();
  readonly #toaster = getToaster();
  readonly #announcer = getAnnouncer();

  async keep(): Promise<void> {
    this.isPending = true;
    try {
      await this.#gatehouse.mutate(CancelAccountDeletionDocument, {});
      this.#announcer.polite(this.#text.t('closure.kept'));
    } catch (error) {
      const text = sentenceOf(asFailure(error), this.#text);
      if (text) this.#toaster.show({ tone: 'danger', text });
    } finally {
      this.isPending = false;
    }
  }
}
