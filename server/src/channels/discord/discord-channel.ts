import { NotTaken } from '../../features/delivery/channel.js';
import type { Answer, Channel, OutboundMessage, Preview } from '../../features/delivery/channel.js';
import type { DiscordApi } from './discord-api.js';
import { discordMessage } from './discord-message.js';

export type DiscordDestination =
  | { readonly kind: 'webhook'; readonly id: string; readonly token: string }
  | { readonly kind: 'user'; readonly userId: string };

const mostKnown = 1_000;

/** A channel's webhook that the person made, or direct messages by the site's bot. */
export class DiscordChannel implements Channel<DiscordDestination> {
  readonly name = 'DISCORD';
  readonly concurrency = 4;
  /** Whom we write to is in which conversation; Discord slows down who asks too often. */
  readonly #conversations = new Map<string, string>();

  constructor(private readonly api: DiscordApi) {}

  async send(destination: DiscordDestination, message: OutboundMessage): Promise<Answer> {
    const body = discordMessage(message);
    if (destination.kind === 'webhook') {
      // Without `wait` an answer says only that the message was read, not that it was shown.
      const path = `${pathOf(destination)}?wait=true`;
      const secrets = [destination.token];
      return (await this.api.call({ method: 'POST', path, body, secrets })).told;
    }
    const { userId } = destination;
    const conversation = await this.#conversationWith(userId);
    // Twice the same within minutes is shown once.
    const nonce = message.id.replaceAll('-', '').slice(-25);
    const call = {
      method: 'POST',
      path: `/channels/${conversation}/messages`,
      body: { ...body, nonce, enforce_nonce: true },
      asBot: true,
    } as const;
    try {
      return (await this.api.call(call)).told;
    } catch (error) {
      this.#conversations.delete(userId);
      throw error;
    }
  }

  preview(message: OutboundMessage): Preview {
    const { content, embeds } = discordMessage(message);
    return { title: content, text: embeds[0].description ?? '', html: null };
  }

  /** @throws NotTaken, `gone` when Discord itself says that there is no such webhook or user */
  async check(destination: DiscordDestination): Promise<void> {
    if (destination.kind === 'user') {
      await this.#conversationWith(destination.userId);
      return;
    }
    const path = pathOf(destination);
    await this.api.call({ method: 'GET', path, secrets: [destination.token] });
  }

  async #conversationWith(userId: string): Promise<string> {
    const known = this.#conversations.get(userId);
    if (known !== undefined) return known;
    if (!this.api.hasBot) {
      throw new NotTaken({ code: 'discord.noBot' }, { permanent: true });
    }
    const { json } = await this.api.call({
      method: 'POST',
      path: '/users/@me/channels',
      body: { recipient_id: userId },
      asBot: true,
    });
    const { id } = json;
    if (typeof id !== 'string' || !/^\d+$/.test(id)) {
      throw new NotTaken({ code: 'discord.unclear' }, {});
    }
    const [oldest] = this.#conversations.keys();
    if (this.#conversations.size >= mostKnown) this.#conversations.delete(oldest!);
    this.#conversations.set(userId, id);
    return id;
  }
}

const pathOf = ({ id, token }: { id: string; token: string }) => `/webhooks/${id}/${token}`;
