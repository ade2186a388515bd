import type { Locale } from './access/viewer.js';

export type SeverityName = 'INFO' | 'SUCCESS' | 'WARNING' | 'CRITICAL';

/** What people switch on and off for each type; webhooks choose by themselves. */
export type MatrixChannel = 'IN_APP' | 'EMAIL' | 'DISCORD' | 'SIGNAL';

export interface Text {
  readonly title: string;
  readonly body: string;
}

/** A kind of notification, as features register it. Its name stands in the texts, by its key. */
export interface NotificationTypeSpec<Messages> {
  readonly key: string;
  readonly category: string;
  readonly severity: SeverityName;
  /** Values of `data` that the type's own text tells; without them it cannot be written. */
  readonly needs: readonly string[];
  /** The type's own text; null: every message brings its text. */
  readonly text:
    ((messages: Messages, data: Record<string, string>, locale: Locale) => Text) | null;
  /** On unless somebody switches them off; the inbox alone when left out. */
  readonly channels?: readonly MatrixChannel[];
  /** Those of them that nobody can switch off. */
  readonly mandatory?: readonly MatrixChannel[];
  /** A room writes its mails itself: none are made from its messages. */
  readonly ownMail?: true;
}
