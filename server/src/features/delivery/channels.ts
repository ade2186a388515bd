import type { Channel, ChannelName } from './channel.js';

/** The channels this site has a provider for; the composition root registers them. */
export class Channels {
  readonly #channels = new Map<ChannelName, Channel>();

  register(channel: Channel<never>): void {
    if (this.#channels.has(channel.name)) {
      throw new Error(`There are two channels called ${channel.name}`);
    }
    this.#channels.set(channel.name, channel);
  }

  find(name: ChannelName): Channel | null {
    return this.#channels.get(name) ?? null;
  }

  get all(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  get names(): readonly ChannelName[] {
    return [...this.#channels.keys()];
  }
}
