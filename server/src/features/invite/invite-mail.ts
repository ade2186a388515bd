import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail, MailLocale } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';

export interface InviteMail {
  readonly siteName: string;
  readonly address: string;
  /** `PUBLIC_URL/register?invite=…` */
  readonly link: string;
  readonly expiresAt: Date;
  readonly locale: MailLocale;
  /** The inviter's, since nobody knows the other's. */
  readonly timeZone: string;
  /** Null: the command line. */
  readonly invitedBy: string | null;
  readonly role: 'USER' | 'ADMIN';
}

export function inviteMail(invite: InviteMail): Mail {
  const { siteName, address, locale, invitedBy } = invite;
  const say = mailTexts[locale];
  const until = writeInstant(invite.expiresAt, locale, invite.timeZone);
  const by = invitedBy === null ? [] : [{ label: say['mail.invite.by'](), value: invitedBy }];
  const role = { label: say['mail.invite.role'](), value: say['mail.invite.administrator']() };
  return linkMail({
    kind: 'invite',
    address,
    name: null,
    locale,
    subject: say['mail.invite.subject']({ siteName }),
    heading: say['mail.invite.heading'](),
    what: say['mail.invite.what']({ siteName }),
    facts: [
      ...by,
      ...(invite.role === 'ADMIN' ? [role] : []),
      { label: say['mail.links.until'](), value: until },
    ],
    link: { label: say['mail.invite.button'](), url: invite.link },
    notes: [say['mail.links.once'](), say['mail.invite.unexpected']()],
  });
}
