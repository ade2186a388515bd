import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { NotTaken } from '../delivery/channel.js';
import type { Why } from '../delivery/channel.js';
import type { Channels } from '../delivery/channels.js';
import type { Destinations } from '../delivery/destinations.js';
import { refuseFor } from '../delivery/refused-address.js';
import { maskedWebhook, webhookOf } from './webhook-address.js';

type Kind = 'webhook' | 'bot';
/** Where both are set the webhook is used. */
const rank: Record<Kind, number> = { webhook: 0, bot: 1 };
const snowflake = /^[1-9]\d{4,19}$/;
const saves = { most: 10, seconds: 60 };

interface Chosen {
  readonly kind: Kind;
  readonly target: string;
  /** As the channel takes it. */
  readonly value: { readonly kind: string; readonly userId?: string };
  readonly field: string;
}

/** Where Discord reaches a person. What Discord itself does not know never takes the place of what it does. */
export class DiscordDestinations {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly channels: Channels,
    private readonly destinations: Destinations,
    private readonly activities: Activities,
  ) {}

  async find(accountId: string): Promise<{ webhook: string | null; userId: string | null }> {
    const all = await this.destinations.listOpen<Chosen['value']>(accountId, 'DISCORD');
    return {
      webhook: all.find(({ kind }) => kind === 'webhook')?.target ?? null,
      userId: all.find(({ kind }) => kind === 'bot')?.value.userId ?? null,
    };
  }

  /** @param url null removes it @throws BAD_USER_INPUT field `url`; UNAVAILABLE */
  async setWebhook(viewer: Viewer, url: string | null): Promise<void> {
    requireAccount(viewer);
    if (url === null) return this.#remove(viewer, 'webhook');
    const { id, token } = webhookOf(viewer, url, this.kernel.settings.discord.apiUrl);
    const target = maskedWebhook(token);
    const value = { kind: 'webhook', id, token };
    await this.#put(viewer, { kind: 'webhook', target, value, field: 'url' });
  }

  /** @param userId null removes it @throws NOT_CONFIGURED; BAD_USER_INPUT field `userId`; UNAVAILABLE */
  async setUser(viewer: Viewer, userId: string | null): Promise<void> {
    requireAccount(viewer);
    if (userId === null) return this.#remove(viewer, 'bot');
    if (this.kernel.settings.discord.botToken === null) {
      refuseFor(viewer, 'NOT_CONFIGURED', { code: 'discord.noBotHere' }, {});
    }
    const field = 'userId';
    if (!snowflake.test(userId)) {
      refuseFor(viewer, 'BAD_USER_INPUT', { code: 'discord.userForm' }, { field });
    }
    const target = `Discord …${userId.slice(-4)}`;
    await this.#put(viewer, { kind: 'bot', target, value: { kind: 'user', userId }, field });
  }

  async #put(viewer: Viewer & { accountId: string }, chosen: Chosen): Promise<void> {
    const { accountId } = viewer;
    const { kind, target, value, field } = chosen;
    await this.#confirm(viewer, chosen, field);
    await this.kernel.database.transaction(async () => {
      await this.accounts.hold(accountId);
      await this.destinations.put({
        accountId,
        channel: 'DISCORD',
        kind,
        rank: rank[kind],
        target,
        value,
      });
      await this.activities.record(viewer, accountId, 'channel.discord_changed', { kind, target });
    });
  }

  /** Asks Discord. One that could not be asked about is good enough where there is none, and not to replace one. */
  async #confirm(
    viewer: Viewer & { accountId: string },
    { kind, value }: Chosen,
    field: string,
  ): Promise<void> {
    const { rateLimits } = this.kernel;
    const { accountId } = viewer;
    const taken = await rateLimits.takeWindow(limitKey('discord-save', accountId), saves);
    if (!taken.allowed) {
      const { retryAfter } = taken;
      refuse('RATE_LIMITED', `Too many changes. Wait ${retryAfter} seconds.`, { retryAfter });
    }
    try {
      await this.channels.find('DISCORD')?.check?.(value);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      if (error.how.gone) refuseFor(viewer, 'BAD_USER_INPUT', error.why, { field });
      const present = await this.destinations.list(accountId, 'DISCORD');
      if (!present.some((each) => each.kind === kind)) return;
      const retryAfter = error.how.retryAfter ?? 60;
      const why: Why = { code: 'kept', values: { why: error.why } };
      refuseFor(viewer, 'UNAVAILABLE', why, { field, retryAfter });
    }
  }

  async #remove(viewer: Viewer & { accountId: string }, kind: Kind): Promise<void> {
    const { accountId } = viewer;
    await this.kernel.database.transaction(async () => {
      if (!(await this.destinations.remove(accountId, 'DISCORD', kind))) return;
      const told = { kind, target: null };
      await this.activities.record(viewer, accountId, 'channel.discord_changed', told);
    });
  }
}
