import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  NotificationTypesDocument,
  PutNotificationTypeDocument,
  RemoveNotificationTypeDocument,
} from '../../graphql/generated/documents.ts';
import { inputOf } from './type-draft.ts';
import type { NotificationType, TypeDraft } from './type-draft.ts';

/** Every type there is, and what administrators do with their own. Make it while a component is made. */
export class Types {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(NotificationTypesDocument, () => ({}));

  get all(): readonly NotificationType[] | undefined {
    return this.#query.data?.admin.notificationTypes;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async put(draft: TypeDraft): Promise<void> {
    await this.#gatehouse.mutate(PutNotificationTypeDocument, { input: inputOf(draft) });
  }

  /** @throws Failure */
  async remove(key: string): Promise<void> {
    await this.#gatehouse.mutate(RemoveNotificationTypeDocument, { key });
  }
}
