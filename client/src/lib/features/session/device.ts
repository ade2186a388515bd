import type { SessionFieldsFragment, SignInMethod } from '../../graphql/generated/documents.ts';
import type { MessageKey, Text } from '../../text/text.svelte.ts';

/** "Firefox on Debian", or as much of it as is known. */
export function deviceName(
  { browser, os, device }: Pick<SessionFieldsFragment, 'browser' | 'os' | 'device'>,
  { t }: Text,
): string {
  if (browser && os) return t('security.sessions.deviceOn', { browser, os });
  return browser ?? os ?? device ?? t('security.sessions.unknownDevice');
}

export const methodNames = {
  PASSWORD: 'security.sessions.methodPassword',
  PASSWORD_TOTP: 'security.sessions.methodTotp',
  PASSWORD_RECOVERY_CODE: 'security.sessions.methodRecovery',
  PASSKEY: 'security.sessions.methodPasskey',
  SETUP: 'security.sessions.methodSetUp',
} as const satisfies Record<SignInMethod, MessageKey>;
