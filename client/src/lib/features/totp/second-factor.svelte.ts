import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  DisableTotpDocument,
  RegenerateRecoveryCodesDocument,
  SecondFactorDocument,
  StartTotpDocument,
} from '../../graphql/generated/documents.ts';
import type { StartTotpMutation } from '../../graphql/generated/documents.ts';

export type Enrolment = StartTotpMutation['startTotp'];

/** As many as are left before new ones are advised. */
export const fewCodes = 3;

/** Two-factor authentication of who is signed in. Make it while a component is made. */
export class SecondFactorState {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(SecondFactorDocument, () => ({}));

  get me() {
    return this.#query.data?.me;
  }

  get failure() {
    return this.#query.failure;
  }

  get isOn(): boolean {
    return this.me?.security.totpEnabled ?? false;
  }

  get codesLeft(): number {
    return this.me?.security.recoveryCodesLeft ?? 0;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** A new key, not in force yet. @throws Failure */
  async start(): Promise<Enrolment> {
    return (await this.#gatehouse.mutate(StartTotpDocument, {})).startTotp;
  }

  /** @throws Failure */
  async turnOff(): Promise<void> {
    await this.#gatehouse.mutate(DisableTotpDocument, {});
  }

  /** @returns ten codes in place of those there were. @throws Failure */
  async renewCodes(): Promise<readonly string[]> {
    const renewed = await this.#gatehouse.mutate(RegenerateRecoveryCodesDocument, {});
    await this.refresh();
    return renewed.regenerateRecoveryCodes.codes;
  }
}
