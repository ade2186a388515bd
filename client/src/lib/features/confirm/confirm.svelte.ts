import type { Gatehouse } from '../../connection/gatehouse.ts';
import {
  ConfirmIdentityDocument,
  ProofsDocument,
  StartPasskeyConfirmationDocument,
} from '../../graphql/generated/documents.ts';
import type { ConfirmIdentityInput } from '../../graphql/generated/documents.ts';
import { canUsePasskeys } from '../passkey/passkey-problem.ts';

/** With what an account can prove itself: with a second factor its password alone is not enough. */
export interface Proofs {
  passkey: boolean;
  typed: 'totpCode' | 'password' | undefined;
}

/**
 * One dialog for all that ask at once: whoever waits is answered together, and the refused operations
 * repeat themselves.
 */
export class Confirmation {
  isOpen = $state(false);
  #waiting: ((confirmed: boolean) => void)[] = [];
  #gatehouse: Gatehouse;

  constructor(gatehouse: Gatehouse) {
    this.#gatehouse = gatehouse;
  }

  readonly ask = (): Promise<boolean> => {
    this.isOpen = true;
    return new Promise((resolve) => this.#waiting.push(resolve));
  };

  /** @throws Failure */
  async proofs(): Promise<Proofs> {
    const { me, site } = await this.#gatehouse.query(ProofsDocument, {});
    const security = me?.security;
    const password = security?.hasPassword ? 'password' : undefined;
    return {
      passkey: (security?.passkeys.length ?? 0) > 0 && canUsePasskeys(site.passkeyHost),
      typed: security?.totpEnabled ? 'totpCode' : password,
    };
  }

  /** @returns until when nothing more is asked. @throws Failure when the proof was not right */
  async prove(input: ConfirmIdentityInput): Promise<string> {
    const { confirmIdentity } = await this.#gatehouse.mutate(ConfirmIdentityDocument, { input });
    this.#answer(true);
    return confirmIdentity.confirmedUntil;
  }

  /** @throws Failure, with code CANCELLED when the browser's dialog was closed */
  async proveByPasskey(): Promise<string> {
    const [{ askForPasskey }, { startPasskeyConfirmation: ceremony }] = await Promise.all([
      import('../passkey/ceremony.ts'),
      this.#gatehouse.mutate(StartPasskeyConfirmationDocument, {}),
    ]);
    const response = await askForPasskey(ceremony.options);
    return this.prove({ passkey: { ceremonyId: ceremony.id, response } });
  }

  readonly giveUp = (): void => this.#answer(false);

  #answer(confirmed: boolean): void {
    this.isOpen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(confirmed);
  }
}
