import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import { newId } from '../../kernel/id.js';
import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail, MailLocale } from '../../kernel/outbox/mail.js';

export interface Welcome {
  readonly siteName: string;
  readonly username: string;
  readonly address: string;
  /** `PUBLIC_URL/welcome?token=…` */
  readonly link: string;
  readonly expiresAt: Date;
  readonly locale: MailLocale;
  /** IANA name; the link's end is written in it. */
  readonly timeZone: string;
}

const texts = { EN: en, IT: it };

/** To somebody for whom an administrator made an account without a password. */
export function welcomeMail(welcome: Welcome): Mail {
  const { siteName, username, locale, timeZone } = welcome;
  const say = texts[locale];
  const until = writeInstant(welcome.expiresAt, locale, timeZone);
  return {
    id: newId(),
    kind: 'welcome',
    to: { address: welcome.address, name: username },
    from: 'notifications',
    locale,
    subject: say['mail.welcome.subject']({ siteName }),
    blocks: [
      { kind: 'heading', text: say['mail.welcome.heading']() },
      { kind: 'paragraph', text: say['mail.greeting']({ name: username }) },
      { kind: 'paragraph', text: say['mail.welcome.what']({ siteName }) },
      {
        kind: 'facts',
        facts: [
          { label: say['mail.welcome.username'](), value: username },
          { label: say['mail.welcome.until'](), value: until },
        ],
      },
      { kind: 'link', label: say['mail.welcome.button'](), url: welcome.link },
      { kind: 'note', text: say['mail.welcome.once']() },
      { kind: 'note', text: say['mail.welcome.unexpected']() },
    ],
  };
}
