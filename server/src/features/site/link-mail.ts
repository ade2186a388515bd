import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import { newId } from '../../kernel/id.js';
import type { Block, Fact, Mail, MailLocale } from '../../kernel/outbox/mail.js';

/** The catalogues of what is written to people, by language. */
export const mailTexts = { EN: en, IT: it };

/** Whom a mail about an account is for, and how it is written. */
export interface MailedAccount {
  readonly username: string;
  readonly email: string;
  readonly locale: MailLocale;
  readonly timeZone: string;
}

export interface LinkMail {
  readonly kind: string;
  readonly address: string;
  readonly locale: MailLocale;
  /** Whom the mail greets; null for somebody whose name nobody knows. */
  readonly name: string | null;
  readonly subject: string;
  readonly heading: string;
  readonly what: string;
  readonly facts?: readonly Fact[];
  readonly link: { readonly label: string; readonly url: string };
  readonly notes: readonly string[];
}

/** A mail that asks for one thing: what it is about, a button to a page of the site, what else to know. */
export function linkMail(mail: LinkMail): Mail {
  const { kind, address, name, locale, subject, facts = [] } = mail;
  const greeting = name === null ? [] : [mailTexts[locale]['mail.greeting']({ name })];
  const notes = mail.notes.map((text): Block => ({ kind: 'note', text }));
  return {
    id: newId(),
    kind,
    to: name === null ? { address } : { address, name },
    from: 'notifications',
    locale,
    subject,
    blocks: [
      { kind: 'heading', text: mail.heading },
      ...[...greeting, mail.what].map((text): Block => ({ kind: 'paragraph', text })),
      ...(facts.length > 0 ? [{ kind: 'facts', facts } as const] : []),
      { kind: 'link', ...mail.link },
      ...notes,
    ],
  };
}
