import type { Clock } from '../clock.js';
import type { Sealed, Sealer } from '../crypto/seal.js';
import { defineEvent } from './events.js';
import type { Outbox } from './outbox.js';

export type MailLocale = 'EN' | 'IT';

export interface MailAddress {
  readonly address: string;
  readonly name?: string;
}

/** What a mail is made of; the layout draws HTML and text from the same description. */
export type Block =
  | { readonly kind: 'heading' | 'subheading' | 'paragraph' | 'note'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  /** To be done one after the other. */
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'link'; readonly label: string; readonly url: string }
  /** Pages to go to by oneself: written out, and no button. */
  | { readonly kind: 'places'; readonly places: readonly Place[] }
  | { readonly kind: 'code'; readonly code: string };

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Step {
  readonly what: string;
  readonly how: string;
}

export interface Place {
  readonly label: string;
  readonly url: string;
}

/** One mail to one recipient, as JSON. */
export interface Mail {
  /** Letters, digits and dashes, at most 64; constant over retries, the local part of the Message-ID. */
  readonly id: string;
  /** For logs and counters: `welcome`, `alert.password_changed`. */
  readonly kind: string;
  readonly to: MailAddress;
  readonly from: 'notifications' | 'security';
  readonly locale: MailLocale;
  readonly subject: string;
  readonly blocks: readonly Block[];
  /** Whatever decides where a mail goes is set by the transport alone. */
  readonly headers?: Readonly<Record<`X-${string}`, string>>;
}

/** Addresses and one-time links stand in the queue only sealed; id and kind are there for who reads its rows. */
export interface QueuedMail {
  readonly id: string;
  readonly kind: string;
  readonly sealed: Sealed;
}

/** Where the e-mail channel sends; without a mail it draws one from the message. */
export interface MailDestination {
  readonly to: MailAddress;
  readonly mail: { readonly mail: Mail; readonly queuedAt: Date } | null;
}

/** The job that sends; the e-mail channel works it. */
export const sendMail = { name: 'mail.send' } as const;

/** A priority: somebody waits for these, or must know. */
export const beforeOthers = -10;

/** The mail server refused for good (RFC 5321 section 4.2.1, 5yz): nobody will get this mail. */
export const mailRefused = defineEvent<{ id: string; kind: string; response: string }>(
  'mail.refused',
);

interface Envelope {
  readonly mail: Mail;
  readonly queuedAt: string;
}

const purpose = (id: string) => `mail:${id}`;
const idShape = /^[A-Za-z0-9-]{1,64}$/;

export interface MailerParts {
  readonly outbox: Outbox;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** Origin that every link of a mail must have. */
  readonly publicUrl: string;
}

/** Where rooms leave their mails: queued in the caller's transaction, sent after its commit. */
export class Mailer {
  constructor(private readonly parts: MailerParts) {}

  /**
   * Queueing the same id again replaces what still waits.
   * @throws Error when a link leads elsewhere than to the site, or the id is malformed: faults of the caller
   */
  async queue(mail: Mail): Promise<void> {
    const key = `mail:${mail.id}`;
    await this.parts.outbox.add(sendMail, this.seal(mail), { key, priority: beforeOthers });
  }

  /** For who keeps mails elsewhere than in the queue; `openMail` reads it. @throws as queue */
  seal(mail: Mail): QueuedMail {
    const { sealer, clock, publicUrl } = this.parts;
    if (!idShape.test(mail.id)) throw new Error(`A mail of kind ${mail.kind} has a malformed id`);
    if (mail.blocks.flatMap(linksOf).some((url) => !isOn(url, publicUrl))) {
      throw new Error(`A mail of kind ${mail.kind} links to another site`);
    }
    const envelope: Envelope = { mail, queuedAt: clock.now().toISOString() };
    const sealed = sealer.seal(JSON.stringify(envelope), purpose(mail.id));
    return { id: mail.id, kind: mail.kind, sealed };
  }
}

function linksOf(block: Block): string[] {
  if (block.kind === 'link') return [block.url];
  return block.kind === 'places' ? block.places.map((place) => place.url) : [];
}

const isOn = (url: string, site: string) => new URL(url).origin === new URL(site).origin;

/** `queuedAt` is the mail's Date (RFC 5322 section 3.6.1: when it was handed over, not when it left). */
export function openMail(queued: QueuedMail, sealer: Sealer): { mail: Mail; queuedAt: Date } {
  const opened = sealer.open(queued.sealed, purpose(queued.id));
  const { mail, queuedAt } = JSON.parse(opened) as Envelope;
  return { mail, queuedAt: new Date(queuedAt) };
}

/**
 * "Tuesday 1 December 2026 at 14:05 CET": weekday and zone, since mails are read late and elsewhere.
 * In UTC where this machine does not know the zone, as after a move to an older one: no mail fails by it.
 */
export function writeInstant(instant: Date, locale: MailLocale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale === 'IT' ? 'it-IT' : 'en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: isKnown(timeZone) ? timeZone : 'UTC',
    timeZoneName: 'short',
  }).format(instant);
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}
