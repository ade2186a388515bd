import type { Channel } from '../../kernel/schema/enums.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import type { ChannelName } from '../delivery/channel.js';
import type { Channels } from '../delivery/channels.js';
import { maskEmail } from '../delivery/mask.js';
import type { Destinations } from '../delivery/destinations.js';
import type { DeliveryTries } from '../dispatch/delivery-tries.js';
import { messagesOf } from '../notification/notification-types.js';
import type { Notices } from '../notification/notices.js';
import { inInbox } from './inbox-delivery.js';
import type { DeliveryListing, ListedDelivery } from './delivery-listing.js';

const limit = { most: 10, seconds: 600 };
/** A provider that says nothing for longer is answered for: still under way. */
const patienceMs = 20_000;

export interface TestParts {
  readonly kernel: Kernel;
  readonly channels: Channels;
  readonly destinations: Destinations;
  readonly tries: DeliveryTries;
  readonly listing: DeliveryListing;
  readonly notices: Notices;
}

/** A message to oneself, to see what the provider really answers. */
export class ChannelTests {
  constructor(private readonly parts: TestParts) {}

  /** @throws NOT_CONFIGURED without a provider or a destination; NOT_FOUND field `webhookId`; RATE_LIMITED */
  async send(
    viewer: Viewer,
    channel: keyof typeof Channel,
    webhookId: string | null,
  ): Promise<ListedDelivery> {
    requireAccount(viewer);
    if (webhookId !== null && channel !== 'WEBHOOK') {
      refuse('BAD_USER_INPUT', 'Only a webhook has a webhook’s id.', { field: 'webhookId' });
    }
    const { kernel, channels, tries, listing } = this.parts;
    const key = limitKey('test-channel', viewer.accountId);
    const taken = await kernel.rateLimits.takeWindow(key, limit);
    if (!taken.allowed) {
      const { retryAfter } = taken;
      refuse('RATE_LIMITED', `Too many tests. Wait ${retryAfter} seconds.`, { retryAfter });
    }
    if (channel === 'IN_APP') return this.#toInbox(viewer);
    const provider = channels.find(channel);
    if (!provider) refuse('NOT_CONFIGURED', 'This site has no provider for this channel.');
    const id = await this.#write(viewer, channel, webhookId);
    const trying = kernel.database.unitOfWork(() => tries.runNow(provider, id));
    trying.catch((error: unknown) => kernel.log.error({ err: error }, 'a test failed'));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([trying, patience]).finally(() => clearTimeout(timer));
    return (await listing.find(id))!;
  }

  async #toInbox(viewer: AccountViewer): Promise<ListedDelivery> {
    const { siteName } = this.parts.kernel.settings;
    const textIn = (locale: 'EN' | 'IT') => ({
      title: messagesOf[locale]['delivery.test.title']({ siteName }),
      body: messagesOf[locale]['delivery.test.body'](),
    });
    const { messageId } = await this.parts.notices.send({
      type: 'admin.message',
      audience: { accountIds: [viewer.accountId] },
      texts: { EN: textIn('EN'), IT: textIn('IT') },
      without: ['EMAIL', 'DISCORD', 'SIGNAL', 'WEBHOOK'],
    });
    return inInbox(viewer.accountId, messageId, 'admin.message', this.parts.kernel.clock.now());
  }

  async #write(
    viewer: AccountViewer,
    channel: ChannelName,
    webhookId: string | null,
  ): Promise<string> {
    const { database, clock } = this.parts.kernel;
    const { id: destinationId, target } = await this.#destination(viewer, channel, webhookId);
    const id = newId();
    await database.query(
      `insert into delivery (id, account_id, type, channel, destination_id, target, status, created_at, next_attempt_at)
       values ($1, $2, 'test', $3, $4, $5, 'PENDING', $6, $6)`,
      [id, viewer.accountId, channel, destinationId, target, clock.now()],
    );
    return id;
  }

  async #destination(
    { accountId }: AccountViewer,
    channel: ChannelName,
    webhookId: string | null,
  ): Promise<{ id: string | null; target: string }> {
    const { kernel, destinations } = this.parts;
    if (channel === 'EMAIL') {
      const [row] = await kernel.database.query<{ email: string }>(
        `select coalesce((select n.email from notification_email n where n.account_id = a.id and n.category = ''),
           a.email) as email from account a where a.id = $1`,
        [accountId],
      );
      return { id: null, target: maskEmail(row!.email) };
    }
    if (channel === 'WEBHOOK') {
      if (webhookId === null) {
        refuse('BAD_USER_INPUT', 'Say which webhook.', { field: 'webhookId' });
      }
      const found = isId(webhookId) ? await destinations.find(accountId, webhookId) : null;
      if (found?.channel !== 'WEBHOOK') {
        refuse('NOT_FOUND', 'There is no such webhook.', { field: 'webhookId' });
      }
      return found;
    }
    const ways = await destinations.list(accountId, channel);
    const way = ways.find((each) => each.disabledAt === null) ?? ways[0];
    return way ?? refuse('NOT_CONFIGURED', 'Nothing is set up for this channel yet.');
  }
}
