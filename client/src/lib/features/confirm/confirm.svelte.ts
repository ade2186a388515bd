import type { Gatehouse } from '../../connection/gatehouse.ts';
import { ConfirmIdentityDocument } from '../../graphql/generated/documents.ts';

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

  /** @returns until when nothing more is asked. @throws Failure when the proof was not right */
  async prove(password: string): Promise<string> {
    const { confirmIdentity } = await this.#gatehouse.mutate(ConfirmIdentityDocument, {
      input: { password },
    });
    this.#answer(true);
    return confirmIdentity.confirmedUntil;
  }

  readonly giveUp = (): void => this.#answer(false);

  #answer(confirmed: boolean): void {
    this.isOpen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(confirmed);
  }
}
