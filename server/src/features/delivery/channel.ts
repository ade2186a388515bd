import type { Locale } from '../../kernel/access/viewer.js';
import type { SeverityName } from '../notification/notification-types.js';
import { wordsOf } from './why.js';
import type { Why } from './why.js';

export type { Why } from './why.js';

export type ChannelName = 'EMAIL' | 'DISCORD' | 'SIGNAL' | 'WEBHOOK';

/** What is to be said, rendered for whom it is said to. */
export interface OutboundMessage {
  /** The delivery's id, a UUID: the same at every try. Message-ID, `webhook-id`. */
  readonly id: string;
  /** A key, as `system.update_available`. */
  readonly type: string;
  readonly severity: SeverityName;
  readonly title: string;
  readonly body: string;
  /** Absolute. */
  readonly url: string | null;
  readonly data: Record<string, unknown>;
  readonly createdAt: Date;
  readonly locale: Locale;
  /** IANA name. */
  readonly timeZone: string;
  readonly siteName: string;
}

/** What was asked and answered: bodies cut at `mostBody`, secrets masked; null where there is none. */
export interface Answer {
  readonly statusCode: number | null;
  readonly request: string | null;
  readonly response: string | null;
}

/** A message as its channel says it. */
export interface Preview {
  /** A subject or the like; null where the channel has none. */
  readonly title: string | null;
  readonly text: string;
  /** Of a mail; to be shown where it can load and run nothing. */
  readonly html: string | null;
}

/** Bytes of a request or an answer that are kept. */
export const mostBody = 10_240;

/**
 * A way by which messages leave the house. Knows nobody: where a message goes is handed to it,
 * unsealed, at every try. Implementations pass channel.contract.ts and are registered with
 * `Channels` by the composition root.
 */
export interface Channel<Destination = unknown> {
  readonly name: ChannelName;
  /** Requests under way at once on one server. */
  readonly concurrency: number;
  /** Ends within minutes, whatever the other side does. @throws NotTaken; whatever else is thrown is tried again */
  send(destination: Destination, message: OutboundMessage): Promise<Answer>;
  /** What `send` would make of it, for whoever writes it. */
  preview(message: OutboundMessage): Preview;
  /**
   * Asks the provider before a destination is kept, where one can ask without writing to anybody.
   * @throws NotTaken, `gone` when there is no such destination
   */
  check?(destination: Destination): Promise<void>;
}

/** How a message was not taken; without any of these it is tried again by the channel's schedule. */
export interface Refused {
  /** No later try can pass. */
  readonly permanent?: true;
  /** The destination is dead, so permanent too: it is switched off. */
  readonly gone?: true;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Nothing else may go by this channel before `retryAfter` either. */
  readonly wholeChannel?: true;
  readonly answer?: Answer;
}

/** Thrown by `send` for anything but success. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';

  /** @param why what a person can act on, without secrets; a text: the other side's own words */
  constructor(
    readonly why: Why | string,
    readonly how: Refused,
  ) {
    super(typeof why === 'string' ? why : wordsOf(why));
  }
}
