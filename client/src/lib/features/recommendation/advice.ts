import type { SecurityRecommendation } from '../../graphql/generated/documents.ts';
import type { MessageKey } from '../../text/text.svelte.ts';

export interface Advice {
  readonly title: Extract<MessageKey, `overview.${string}Title`>;
  readonly why: Extract<MessageKey, `overview.${string}Why`>;
  readonly fix: Extract<MessageKey, `overview.${string}Fix`>;
  /** Where it is done. */
  readonly href: string;
}

/** What each recommendation says, and the one place that mends it. */
export const advice: Readonly<Record<SecurityRecommendation, Advice>> = {
  ENABLE_TOTP: {
    title: 'overview.totpTitle',
    why: 'overview.totpWhy',
    fix: 'overview.totpFix',
    href: '/security#two-factor',
  },
  REGENERATE_RECOVERY_CODES: {
    title: 'overview.codesTitle',
    why: 'overview.codesWhy',
    fix: 'overview.codesFix',
    href: '/security#two-factor',
  },
  VERIFY_EMAIL: {
    title: 'overview.emailTitle',
    why: 'overview.emailWhy',
    fix: 'overview.emailFix',
    href: '/profile',
  },
  ADD_PASSKEY: {
    title: 'overview.passkeyTitle',
    why: 'overview.passkeyWhy',
    fix: 'overview.passkeyFix',
    href: '/security#passkeys',
  },
  ADD_BACKUP_PASSKEY: {
    title: 'overview.backupTitle',
    why: 'overview.backupWhy',
    fix: 'overview.backupFix',
    href: '/security#passkeys',
  },
  ADD_SECONDARY_EMAIL: {
    title: 'overview.secondTitle',
    why: 'overview.secondWhy',
    fix: 'overview.secondFix',
    href: '/security#secondary-email',
  },
};
