import { useGatehouse } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import { query } from '../../connection/query.svelte.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import {
  ClearUserIpAllowlistDocument,
  DeleteUserDocument,
  DisableUserTwoFactorDocument,
  EndUserSessionsDocument,
  SetUserPasswordDocument,
  UpdateUserDocument,
  UserDetailDocument,
  ViewerDocument,
} from '../../graphql/generated/documents.ts';
import type { UpdateUserInput, UserDetailQuery } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { getToaster } from '../../ui/toaster.svelte.ts';

export type DetailedUser = NonNullable<UserDetailQuery['admin']['user']>;

/** Why an administrator cannot change somebody: it is himself, or somebody who holds what he lacks. */
type Untouchable = 'OWN' | 'ABOVE' | null;

/** Somebody as his page shows him, and what can be done about it. Make it while a component is made. */
export class UserActs {
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();
  readonly #toaster = getToaster();
  readonly #query;
  readonly #viewer = query(ViewerDocument, () => ({}));

  constructor(username: () => string) {
    this.#query = query(UserDetailDocument, () => ({ username: username() }));
  }

  get user(): DetailedUser | undefined {
    return this.#query.data?.admin.user ?? undefined;
  }

  get permissions(): readonly string[] {
    return this.#query.data?.admin.permissions ?? [];
  }

  get ownPermissions(): readonly string[] {
    return this.#viewer.data?.me?.permissions ?? [];
  }

  get untouchable(): Untouchable {
    if (this.user?.id === this.#viewer.data?.me?.id) return 'OWN';
    const above = this.user?.permissions.some((one) => !this.ownPermissions.includes(one));
    return above ? 'ABOVE' : null;
  }

  get failure() {
    return this.#query.failure;
  }

  get name(): string {
    return this.user?.displayName ?? this.user?.username ?? '';
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async update(input: UpdateUserInput): Promise<void> {
    await this.#gatehouse.mutate(UpdateUserDocument, { id: this.#id, input });
  }

  /** At once, since it can be taken back; what went wrong is told in a toast. */
  async setDisabled(disabled: boolean, undoable = true): Promise<void> {
    const { t } = this.#text;
    const { name } = this;
    try {
      await this.update({ disabled });
      this.#toaster.show({
        tone: 'success',
        text: disabled ? t('user.disabledDone', { name }) : t('user.enabledDone', { name }),
        ...(undoable ? { undo: () => this.setDisabled(!disabled, false) } : {}),
      });
    } catch (failure) {
      const sentence = sentenceOf(asFailure(failure), this.#text);
      if (sentence) this.#toaster.show({ tone: 'danger', text: sentence });
    }
  }

  /** @returns the one-time password, which nobody can read again. @throws Failure */
  async giveOneTimePassword(): Promise<string> {
    const answer = await this.#gatehouse.mutate(SetUserPasswordDocument, {
      id: this.#id,
      password: null,
    });
    await this.refresh();
    return answer.setUserPassword ?? '';
  }

  /** @throws Failure */
  async turnOffTwoFactor(): Promise<void> {
    await this.#gatehouse.mutate(DisableUserTwoFactorDocument, { id: this.#id });
    this.#done(this.#text.t('user.turnedOff', { name: this.name }));
  }

  /** @throws Failure */
  async clearAddresses(): Promise<void> {
    await this.#gatehouse.mutate(ClearUserIpAllowlistDocument, { id: this.#id });
    this.#done(this.#text.t('user.addressesCleared', { name: this.name }));
  }

  /** @throws Failure */
  async endSessions(): Promise<void> {
    await this.#gatehouse.mutate(EndUserSessionsDocument, { id: this.#id });
    this.#done(this.#text.t('user.endedSessions', { name: this.name }));
  }

  /** @throws Failure */
  async delete(): Promise<void> {
    const { name } = this;
    await this.#gatehouse.mutate(DeleteUserDocument, { id: this.#id });
    this.#done(this.#text.t('user.deleted', { name }));
  }

  get #id(): string {
    return this.user?.id ?? '';
  }

  #done(text: string): void {
    this.#toaster.show({ tone: 'success', text });
  }
}
