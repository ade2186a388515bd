import type { Caller } from '../../connection/caller.ts';
import { useCaller } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import {
  FinishPasskeySignInDocument,
  StartPasskeySignInDocument,
} from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import type { Text } from '../../text/text.svelte.ts';
import { passkeyProblem } from '../passkey/passkey-problem.ts';
import type { SignedInAs } from './sign-in.svelte.ts';

/** A ceremony lives five minutes; the offer is renewed before. */
const renewMs = 4 * 60_000;

/** Signing in with a passkey: by its button, or chosen among the names of the sign-in field. */
export class PasskeySignIn {
  isPending = $state(false);
  problem = $state('');
  readonly #caller: Caller = useCaller();
  readonly #text: Text = useText();
  readonly #remember: () => boolean;
  readonly #onsuccess: (as: SignedInAs) => void;
  #isOffered = false;

  constructor(remember: () => boolean, onsuccess: (as: SignedInAs) => void) {
    this.#remember = remember;
    this.#onsuccess = onsuccess;
  }

  readonly ask = async (): Promise<void> => {
    this.isPending = true;
    this.problem = '';
    try {
      await this.#signIn(false);
    } catch (error) {
      this.problem = passkeyProblem(error, this.#text);
      if (this.#isOffered) void this.#keepOffering();
    } finally {
      this.isPending = false;
    }
  };

  /** Where the browser can, among the names of the field. @returns how to stop */
  offer(): () => void {
    this.#isOffered = true;
    const renew = setInterval(() => !this.isPending && void this.#keepOffering(), renewMs);
    void this.#keepOffering();
    return () => {
      this.#isOffered = false;
      clearInterval(renew);
      void import('../passkey/ceremony.ts').then(({ stopAsking }) => stopAsking());
    };
  }

  async #keepOffering(): Promise<void> {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    try {
      if (this.#isOffered) await this.#signIn(true);
    } catch (error) {
      // Nobody asked for what failed before something was chosen.
      const { code } = asFailure(error);
      if (code !== 'INVALID_CREDENTIALS' && code !== 'ACCOUNT_DISABLED') return;
      this.problem = passkeyProblem(error, this.#text);
      if (code === 'INVALID_CREDENTIALS') void this.#keepOffering();
    }
  }

  async #signIn(autofill: boolean): Promise<void> {
    const [{ askForPasskey }, { startPasskeySignIn: ceremony }] = await Promise.all([
      import('../passkey/ceremony.ts'),
      this.#caller.mutate(StartPasskeySignInDocument, {}),
    ]);
    if (autofill && !this.#isOffered) return;
    const response = await askForPasskey(ceremony.options, autofill);
    const variables = { ceremonyId: ceremony.id, response, remember: this.#remember() };
    try {
      const answer = await this.#caller.mutate(FinishPasskeySignInDocument, variables);
      this.#onsuccess({ locale: answer.finishPasskeySignIn.account.locale, by: 'passkey' });
    } catch (error) {
      const { code } = asFailure(error);
      if (code === 'INVALID_CREDENTIALS') {
        const { tellUnknown } = await import('../passkey/signals.ts');
        tellUnknown(ceremony.options, response.id);
      }
      throw error;
    }
  }
}
