import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import type { OutboundMessage } from '../../features/delivery/channel.js';
import type { Block, Mail, MailAddress } from '../../kernel/outbox/mail.js';
import { writeInstant } from '../../kernel/outbox/mail.js';

const texts = { EN: en, IT: it };

/** A notification as a mail. Its button leads to this site only; another address is text to be read first. */
export function newsMail(to: MailAddress, message: OutboundMessage, publicUrl: string): Mail {
  const { locale, siteName, url } = message;
  const say = texts[locale];
  const own = url !== null && new URL(url).origin === new URL(publicUrl).origin;
  const blocks: Block[] = [
    { kind: 'heading', text: message.title },
    ...(message.body === '' ? [] : [{ kind: 'paragraph', text: message.body } as const]),
    ...(url !== null && !own
      ? [
          {
            kind: 'facts',
            facts: [{ label: say['delivery.mail.elsewhere'](), value: url }],
          } as const,
        ]
      : []),
    {
      kind: 'link',
      label: say['delivery.mail.open']({ siteName }),
      url: own ? url : new URL('/notifications', publicUrl).href,
    },
    {
      kind: 'note',
      text: say['delivery.mail.why']({
        siteName,
        when: writeInstant(message.createdAt, locale, message.timeZone),
      }),
    },
  ];
  return {
    id: message.id,
    kind: `news.${message.type}`,
    to,
    from: 'notifications',
    locale,
    subject: `${siteName}: ${message.title}`,
    blocks,
  };
}
