import type { Viewer } from '../../kernel/access/viewer.js';
import { addressTyped, refuseFor } from '../delivery/refused-address.js';

const discordHost = /^(ptb\.|canary\.)?discord(app)?\.com$/;
const webhookPath = /^\/api(?:\/v\d{1,3})?\/webhooks\/(\d{1,25})\/([A-Za-z0-9_.-]{1,200})\/?$/;

/**
 * What is kept of the address that people copy from Discord: id and token alone, so that every call
 * goes to DISCORD_API_URL and nowhere else.
 * @throws BAD_USER_INPUT field `url`
 */
export function webhookOf(
  viewer: Viewer,
  typed: string,
  apiUrl: string,
): { id: string; token: string } {
  const field = 'url';
  const url = addressTyped(viewer, typed, field);
  const isDiscord = url.protocol === 'https:' && url.port === '' && discordHost.test(url.hostname);
  const [, id, token] = webhookPath.exec(url.pathname) ?? [];
  if (!(isDiscord || url.origin === new URL(apiUrl).origin) || !id || !token) {
    refuseFor(viewer, 'BAD_USER_INPUT', { code: 'discord.webhookForm' }, { field });
  }
  return { id, token };
}

/** `discord.com/…/a1b2`: enough for its owner to know it by. */
export const maskedWebhook = (token: string) =>
  `discord.com/…/${token.length > 8 ? token.slice(-4) : ''}`;
