import type { Block } from '../../../kernel/outbox/mail.js';

/** All that is written on the page, ready to be drawn. */
export interface Sheet {
  readonly language: 'en' | 'it';
  readonly subject: string;
  readonly siteName: string;
  /** Null in security alerts, which name no page but those that they are about. */
  readonly publicUrl: string | null;
  readonly linkHint: string;
  readonly footer: string;
  readonly blocks: readonly Block[];
}
