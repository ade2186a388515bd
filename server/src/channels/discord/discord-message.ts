import type { OutboundMessage } from '../../features/delivery/channel.js';

/** Discord's limits, in UTF-16 units, which is never too many. */
const most = { content: 2_000, description: 4_096, footer: 2_048 };

const colours = { INFO: 0x3b82f6, SUCCESS: 0x16a34a, WARNING: 0xd97706, CRITICAL: 0xdc2626 };

export interface DiscordMessage {
  readonly content: string;
  readonly embeds: readonly [{ readonly description?: string; readonly [more: string]: unknown }];
  readonly allowed_mentions: { readonly parse: readonly [] };
}

/**
 * The title is the content, since that is what a phone's lock screen shows; the rest stands below
 * it. Nobody is ever mentioned, whatever the text says.
 */
export function discordMessage(message: OutboundMessage): DiscordMessage {
  const { title, body, url, severity, createdAt, siteName } = message;
  const link = url === null ? '' : url;
  const room = most.description - (link === '' ? 0 : link.length + 2);
  const text = cut(plain(body), room);
  const description = [text, link].filter((part) => part !== '').join('\n\n');
  return {
    content: `**${cut(plain(title), most.content - 4)}**`,
    embeds: [
      {
        ...(description === '' ? {} : { description }),
        color: colours[severity],
        timestamp: createdAt.toISOString(),
        footer: { text: cut(siteName, most.footer) },
      },
    ],
    allowed_mentions: { parse: [] },
  };
}

const address = /(https?:\/\/[^\s<>]+)/;
const anywhere = /[\\*_~`|<[\]]/g;
/** Headings, quotes and lists; a number's dot is what makes it one. */
const atLineStart = /^([ \t]*\d*)([#>+.-])/gm;

/**
 * What people wrote is plain text: whatever Discord would make bold, a heading, a mention or a link
 * with another text stands as it was typed. Addresses stay whole, so that they can be followed.
 */
function plain(text: string): string {
  return text
    .split(address)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(anywhere, (sign) => `\\${sign}`).replace(atLineStart, '$1\\$2'),
    )
    .join('');
}

/** Never in the middle of a pair, be it a surrogate or a backslash and its sign. */
function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  const kept = text.slice(0, room - 1).replace(/[\ud800-\udbff]$/, '');
  const loose = /\\+$/.exec(kept)?.[0].length ?? 0;
  return `${loose % 2 === 1 ? kept.slice(0, -1) : kept}…`;
}
