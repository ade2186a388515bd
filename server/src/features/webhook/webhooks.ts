import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId } from '../../kernel/id.js';
import { OutboundRefused } from '../../kernel/network/outbound-rule.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Why } from '../delivery/channel.js';
import type { Destination, Destinations } from '../delivery/destinations.js';
import { addressTyped, refuseFor } from '../delivery/refused-address.js';
import type { KnownTypes } from '../notification/known-types.js';
import { changesOf, descriptionOf, eventsOf, targetOf } from './webhook-input.js';
import type { NewWebhook, WebhookChanges } from './webhook-input.js';
import { newWebhookSecret, rotated } from './webhook-secret.js';
import type { WebhookSecret } from './webhook-secret.js';

const mostWebhooks = 20;
/** Each save may look a name up. */
const saves = { most: 30, seconds: 60 };

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly createdAt: Date;
}

/** What the channel is handed; kept sealed. */
interface Value {
  readonly url: string;
  readonly secrets: readonly WebhookSecret[];
}

/**
 * Addresses that people's own programs listen at. The address is held against the outbound rule here
 * and again at every send; the secrets are shown once.
 */
export class Webhooks {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly destinations: Destinations,
    private readonly activities: Activities,
    private readonly types: KnownTypes,
  ) {}

  /** Oldest first. */
  async list(accountId: string): Promise<Webhook[]> {
    const destinations = await this.destinations.listOpen<Value>(accountId, 'WEBHOOK');
    const descriptions = await this.#descriptions(destinations.map(({ id }) => id));
    return destinations.map((destination) =>
      webhookOf(destination, descriptions.get(destination.id) ?? ''),
    );
  }

  /** @returns the secret as well, which nobody can read again */
  async create(viewer: Viewer, input: NewWebhook): Promise<{ webhook: Webhook; secret: string }> {
    requireAccount(viewer);
    const { accountId } = viewer;
    const events = await eventsOf(input.events, this.types);
    const description = descriptionOf(input.description);
    const url = await this.#addressOf(viewer, input.url);
    const newest = newWebhookSecret();
    const value: Value = { url: url.href, secrets: [newest] };
    return this.kernel.database.transaction(async () => {
      await this.accounts.hold(accountId);
      const present = await this.destinations.list(accountId, 'WEBHOOK');
      if (present.length >= mostWebhooks) {
        const message = `An account has at most ${mostWebhooks} webhooks. Remove one first.`;
        refuse('LIMIT_REACHED', message);
      }
      const target = targetOf(url);
      const id = await this.destinations.put({
        accountId,
        channel: 'WEBHOOK',
        kind: 'webhook',
        target,
        value,
        events,
      });
      await this.#describe(id, description);
      if (!input.enabled) await this.destinations.switch(id, false);
      await this.activities.record(viewer, accountId, 'webhook.created', { target, events });
      return { webhook: await this.#get(accountId, id), secret: newest.secret };
    });
  }

  /** On again forgets why it was switched off. @throws NOT_FOUND; BAD_USER_INPUT */
  async update(viewer: Viewer, id: string, changes: WebhookChanges): Promise<Webhook> {
    requireAccount(viewer);
    const { accountId } = viewer;
    const { url: typed, events, description, enabled } = changesOf(changes);
    const words = description === undefined ? undefined : descriptionOf(description);
    const url = typed === undefined ? undefined : await this.#addressOf(viewer, typed);
    return this.kernel.database.transaction(async () => {
      const { value, events: had } = await this.#held(accountId, id);
      const chosen = events && (await eventsOf(events, this.types, had ?? []));
      await this.destinations.change(id, {
        ...(url ? { target: targetOf(url), value: { ...value, url: url.href } } : {}),
        ...(chosen ? { events: chosen } : {}),
      });
      if (words !== undefined) await this.#describe(id, words);
      if (enabled !== undefined) await this.destinations.switch(id, enabled);
      const told = { fields: Object.keys(changesOf(changes)).sort() };
      const target = targetOf(url ?? new URL(value.url));
      await this.activities.record(viewer, accountId, 'webhook.updated', { target, ...told });
      return this.#get(accountId, id);
    });
  }

  /** The former secret signs as well for 24 hours. @throws NOT_FOUND */
  async rotateSecret(viewer: Viewer, id: string): Promise<{ webhook: Webhook; secret: string }> {
    requireAccount(viewer);
    const { accountId } = viewer;
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      const { value, target } = await this.#held(accountId, id);
      const secrets = rotated(value.secrets, clock.now());
      await this.destinations.change(id, { value: { ...value, secrets } });
      await this.activities.record(viewer, accountId, 'webhook.secret_rotated', { target });
      return { webhook: await this.#get(accountId, id), secret: secrets[0]!.secret };
    });
  }

  /** What was on its way there is not sent any more. @throws NOT_FOUND */
  async remove(viewer: Viewer, id: string): Promise<void> {
    requireAccount(viewer);
    const { accountId } = viewer;
    await this.kernel.database.transaction(async () => {
      const { target } = await this.#held(accountId, id);
      await this.destinations.removeById(accountId, id);
      await this.activities.record(viewer, accountId, 'webhook.removed', { target });
    });
  }

  /** Who changes it at the same time waits. */
  async #held(accountId: string, id: string): Promise<Destination & { value: Value }> {
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a webhook’s id.', { field: 'id' });
    await this.accounts.hold(accountId);
    const all = await this.destinations.listOpen<Value>(accountId, 'WEBHOOK');
    return (
      all.find((each) => each.id === id) ??
      refuse('NOT_FOUND', 'This webhook is gone.', { field: 'id' })
    );
  }

  async #get(accountId: string, id: string): Promise<Webhook> {
    return (await this.list(accountId)).find((webhook) => webhook.id === id)!;
  }

  async #addressOf(viewer: AccountViewer, typed: string): Promise<URL> {
    const { rateLimits, outbound } = this.kernel;
    const field = 'url';
    const url = addressTyped(viewer, typed, field);
    url.hash = '';
    const taken = await rateLimits.takeWindow(limitKey('webhook-save', viewer.accountId), saves);
    if (!taken.allowed) {
      const { retryAfter } = taken;
      refuse('RATE_LIMITED', `Too many changes. Wait ${retryAfter} seconds.`, { retryAfter });
    }
    await outbound.check(url).catch((error: unknown) => {
      if (!(error instanceof OutboundRefused)) throw error;
      const why: Why = { code: `outbound.${error.code}`, values: error.values };
      refuseFor(viewer, 'BAD_USER_INPUT', why, { field });
    });
    return url;
  }

  async #descriptions(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.kernel.database.query<{ id: string; description: string }>(
      'select destination_id as id, description from webhook where destination_id = any($1)',
      [ids],
    );
    return new Map(rows.map(({ id, description }) => [id, description]));
  }

  async #describe(id: string, description: string): Promise<void> {
    await this.kernel.database.query(
      `insert into webhook (destination_id, description) values ($1, $2)
       on conflict (destination_id) do update set description = excluded.description`,
      [id, description],
    );
  }
}

function webhookOf(
  { id, value, events, createdAt, disabledAt, disabledReason }: Destination & { value: Value },
  description: string,
): Webhook {
  return {
    id,
    url: value.url,
    events: events ?? [],
    description,
    enabled: disabledAt === null,
    disabledReason,
    createdAt,
  };
}
