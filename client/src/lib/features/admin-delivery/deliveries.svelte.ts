import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  AllDeliveriesDocument,
  AdminDeliveryTriesDocument,
  AdminRedeliverDocument,
  RedeliverFailedDocument,
} from '../../graphql/generated/documents.ts';
import type {
  Channel,
  AdminDeliveryTriesQuery,
  SentDeliveryFragment,
} from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { deliveryVariables } from './delivery-view.ts';
import type { DeliveryView } from './delivery-view.ts';

export type DeliveryTry =
  AdminDeliveryTriesQuery['admin']['deliveries']['nodes'][number]['tries'][number];

/** What the list shows and does; stories give one of their own. */
export type ShownDeliveries = Pick<
  Deliveries,
  | 'all'
  | 'next'
  | 'isLoading'
  | 'isStale'
  | 'failure'
  | 'refresh'
  | 'tries'
  | 'sendAgain'
  | 'sendFailedAgain'
>;

/** One page of what was sent to everybody, and how it went. Make it while a component is made. */
export class Deliveries {
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();
  readonly #view: () => DeliveryView;
  readonly #query;

  constructor(view: () => DeliveryView) {
    this.#view = view;
    this.#query = query(AllDeliveriesDocument, () => this.#variables());
  }

  get all(): readonly SentDeliveryFragment[] {
    return this.#query.data?.admin.deliveries.nodes ?? [];
  }

  /** Where the next page begins; undefined on the last. */
  get next(): string | undefined {
    const info = this.#query.data?.admin.deliveries.pageInfo;
    return info?.hasNextPage ? (info.endCursor ?? undefined) : undefined;
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get isStale(): boolean {
    return this.#query.stale;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** Asked for when somebody looks, not with the list. @throws Failure */
  async tries(id: string): Promise<readonly DeliveryTry[]> {
    const { admin } = await this.#gatehouse.query(AdminDeliveryTriesDocument, this.#variables());
    return admin.deliveries.nodes.find((one) => one.id === id)?.tries ?? [];
  }

  /** @throws Failure */
  async sendAgain(id: string): Promise<void> {
    await this.#gatehouse.mutate(AdminRedeliverDocument, { id });
  }

  /** @returns how many were queued again. @throws Failure */
  async sendFailedAgain(since: Date, channel: Channel | null): Promise<number> {
    const variables = { since: since.toISOString(), channel };
    const { redeliverFailed } = await this.#gatehouse.mutate(RedeliverFailedDocument, variables);
    return redeliverFailed;
  }

  #variables() {
    return deliveryVariables(this.#view(), this.#text.timeZone);
  }
}
