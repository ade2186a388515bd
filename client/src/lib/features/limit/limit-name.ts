import type { Text } from '../../text/text.svelte.ts';

/** What a site made up itself has no words of ours. */
export function limitName(key: string, { t }: Text): string {
  switch (key) {
    case 'disk':
      return t('usage.disk');
    case 'email_accounts':
      return t('usage.emailAccounts');
    case 'archives':
      return t('usage.archives');
    default:
      return key.replaceAll('_', ' ');
  }
}
