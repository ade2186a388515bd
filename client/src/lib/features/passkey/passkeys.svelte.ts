import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  FinishPasskeyRegistrationDocument,
  PasskeysDocument,
  RemovePasskeyDocument,
  RenamePasskeyDocument,
  StartPasskeyRegistrationDocument,
} from '../../graphql/generated/documents.ts';
import type { PasskeyFieldsFragment } from '../../graphql/generated/documents.ts';

/** The passkeys of who is signed in. Make it while a component is made. */
export class Passkeys {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(PasskeysDocument, () => ({}));

  get all(): readonly PasskeyFieldsFragment[] {
    return this.#query.data?.me?.security.passkeys ?? [];
  }

  /** Pages on it or below it can use them. */
  get host(): string | undefined {
    return this.#query.data?.site.passkeyHost;
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @returns its name. @throws Failure, with code CANCELLED when the browser's dialog was closed */
  async add(): Promise<string> {
    const [{ makePasskey }, { startPasskeyRegistration: ceremony }] = await Promise.all([
      import('./ceremony.ts'),
      this.#gatehouse.mutate(StartPasskeyRegistrationDocument, {}),
    ]);
    const response = await makePasskey(ceremony.options);
    const made = await this.#gatehouse.mutate(FinishPasskeyRegistrationDocument, {
      ceremonyId: ceremony.id,
      response,
    });
    await this.refresh();
    return made.finishPasskeyRegistration.name;
  }

  /** @throws Failure */
  async rename(id: string, name: string): Promise<void> {
    await this.#gatehouse.mutate(RenamePasskeyDocument, { id, name });
    await this.#tellManagers();
  }

  /** @throws Failure, with code WOULD_LOCK_OUT for the last way to sign in */
  async remove(id: string): Promise<void> {
    await this.#gatehouse.mutate(RemovePasskeyDocument, { id });
    await this.#tellManagers();
  }

  async #tellManagers(): Promise<void> {
    const { data } = this.#query;
    if (data) (await import('./signals.ts')).tellManagers(data);
  }
}
