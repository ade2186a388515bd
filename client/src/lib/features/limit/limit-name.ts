import type { Text } from '../../text/text.svelte.ts';
import { sizeText } from '../storage/size.ts';

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

/** As the server has it: of keys that sites make up, those that end in `_bytes` are sizes. */
export const unitOf = (key: string) =>
  key === 'disk' || key.endsWith('_bytes') ? ('BYTES' as const) : ('COUNT' as const);

/** Null: unlimited. */
export function limitAmount(key: string, value: number, text: Text): string | null {
  if (value < 0) return null;
  return unitOf(key) === 'BYTES' ? sizeText(text.language, value) : text.number(value);
}
