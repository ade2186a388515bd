import type { Block } from '../../kernel/mail.js';

/** All that is written on the page, ready to be drawn. */
export interface Sheet {
  readonly language: 'en' | 'it';
  readonly subject: string;
  readonly siteName: string;
  readonly publicUrl: string;
  readonly linkHint: string;
  readonly footer: string;
  readonly blocks: readonly Block[];
}
