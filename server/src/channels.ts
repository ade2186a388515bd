import { DiscordApi } from './channels/discord/discord-api.js';
import { DiscordChannel } from './channels/discord/discord-channel.js';
import { EmailChannel } from './channels/email/email-channel.js';
import type { EmailSettings } from './channels/email/message.js';
import type { MailTransport } from './channels/email/transport/transport.js';
import { SignalChannel } from './channels/signal/signal-channel.js';
import { WebhookChannel } from './channels/webhook/webhook-channel.js';
import type { Channels } from './features/delivery/channels.js';
import type { Kernel } from './kernel/feature.js';

/** The ways out of the house, as far as the site has a provider for them. */
export function registerChannels(
  channels: Channels,
  { settings, outbound, clock }: Kernel,
  mail: { readonly settings: EmailSettings; readonly transport: MailTransport },
): void {
  const { publicUrl, discord, signal } = settings;
  channels.register(new EmailChannel(mail.settings, mail.transport));
  channels.register(new DiscordChannel(new DiscordApi(outbound, { ...discord, publicUrl })));
  channels.register(new WebhookChannel(outbound, clock));
  const { apiUrl, sender } = signal;
  if (apiUrl === null || sender === null) return;
  channels.register(new SignalChannel(outbound, { apiUrl, sender }));
}
