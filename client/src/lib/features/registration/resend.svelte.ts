import { useCaller } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import { ResendVerificationDocument } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';

/** Until the same mail may be asked for again. Milliseconds. */
const waitMs = 60_000;

/** Sends a verification again, at most once a minute. Make it while a component is made. */
export class Resend {
  isPending = $state(false);
  isSent = $state(false);
  problem = $state('');
  /** Seconds until it may be asked for again. */
  left = $state(0);
  readonly #caller = useCaller();
  readonly #text = useText();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** From when a mail went. @returns how to stop */
  readonly count = (): (() => void) => {
    const end = Date.now() + waitMs;
    const look = () => {
      this.left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (this.left === 0) clearInterval(this.#timer);
    };
    clearInterval(this.#timer);
    this.#timer = setInterval(look, 1000);
    look();
    return () => clearInterval(this.#timer);
  };

  readonly stop = (): void => clearInterval(this.#timer);

  /** @param how instead of what anybody may ask for */
  async send(email: string, how?: (email: string) => Promise<unknown>): Promise<void> {
    if (this.left > 0 || this.isPending) return;
    this.isPending = true;
    this.isSent = false;
    this.problem = '';
    try {
      if (how) await how(email);
      else await this.#caller.mutate(ResendVerificationDocument, { email });
      this.isSent = true;
      this.count();
    } catch (failure) {
      this.problem = sentenceOf(asFailure(failure), this.#text);
    } finally {
      this.isPending = false;
    }
  }
}
