import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  CreateWebhookDocument,
  RemoveWebhookDocument,
  RotateWebhookSecretDocument,
  TestChannelDocument,
  UpdateWebhookDocument,
  WebhooksDocument,
} from '../../graphql/generated/documents.ts';
import type {
  TestChannelMutation,
  WebhookFieldsFragment,
  WebhookInput,
} from '../../graphql/generated/documents.ts';

export type Webhook = WebhookFieldsFragment;

/** What is shown this once. */
export interface NewSecret {
  readonly webhook: Webhook;
  readonly secret: string;
  /** The former one signs as well for a while. */
  readonly isRotated: boolean;
}

export interface WebhookValues {
  readonly url: string;
  readonly events: string[];
  readonly description: string;
}

/** The webhooks of a person, and the events they can hear. Make it while a component is made. */
export class Webhooks {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(WebhooksDocument, () => ({}));

  get all(): readonly Webhook[] | undefined {
    return this.#query.data?.me?.notificationSettings.webhooks;
  }

  get types() {
    return this.#query.data?.me?.notificationSettings.types.map(({ type }) => type) ?? [];
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async create(values: WebhookValues): Promise<NewSecret> {
    const input: WebhookInput = { ...values, enabled: true };
    const { createWebhook } = await this.#gatehouse.mutate(CreateWebhookDocument, { input });
    return { ...createWebhook, isRotated: false };
  }

  /** @throws Failure */
  async update(id: string, input: Partial<WebhookValues> & { enabled?: boolean }): Promise<void> {
    await this.#gatehouse.mutate(UpdateWebhookDocument, { id, input });
  }

  /** @throws Failure */
  async rotate(id: string): Promise<NewSecret> {
    const answer = await this.#gatehouse.mutate(RotateWebhookSecretDocument, { id });
    return { ...answer.rotateWebhookSecret, isRotated: true };
  }

  /** @throws Failure */
  async remove(id: string): Promise<void> {
    await this.#gatehouse.mutate(RemoveWebhookDocument, { id });
  }

  /** @throws Failure */
  async test(id: string): Promise<TestChannelMutation['testChannel']> {
    const variables = { channel: 'WEBHOOK' as const, webhookId: id };
    const { testChannel } = await this.#gatehouse.mutate(TestChannelDocument, variables);
    return testChannel;
  }
}
