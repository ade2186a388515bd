import type { MessageKey } from '../text/generated/messages.d.ts';
import type { Text } from '../text/text.svelte.ts';
import { cancelled } from './failure.ts';
import type { Failure } from './failure.ts';

const passwordIssues = {
  TOO_SHORT: 'security.password.issueShort',
  TOO_LONG: 'security.password.issueLong',
  COMMON: 'security.password.issueCommon',
  CONTEXTUAL: 'security.password.issueContextual',
} as const satisfies Record<string, MessageKey>;

/** Other refusals with reasons are sentences for people already, in the language of the account. */
export const isTold = ({ code, issues }: Failure): boolean =>
  code !== 'WEAK_PASSWORD' && issues.length > 0;

/** What to tell a person; empty when they know, since they stopped it themselves. */
export function sentenceOf(failure: Failure, text: Text): string {
  const { code, retryAfter, issues } = failure;
  const { t } = text;
  if (code === cancelled) return '';
  if (isTold(failure)) return failure.message;
  if (code === 'RATE_LIMITED' && retryAfter) {
    if (retryAfter < 90) return t('errors.retryInSeconds', { seconds: retryAfter });
    const minutes = Math.ceil(retryAfter / 60);
    return minutes < 120
      ? t('errors.retryInMinutes', { minutes })
      : t('errors.retryInHours', { hours: Math.ceil(minutes / 60) });
  }
  if (code === 'WEAK_PASSWORD' && issues.length > 0) {
    const keys = issues.map((issue) =>
      issue in passwordIssues
        ? passwordIssues[issue as keyof typeof passwordIssues]
        : ('security.password.issueComposition' as const),
    );
    return [...new Set(keys)].map((key) => t(key)).join(' ');
  }
  // Every code has its sentence in the catalogue under its own name.
  const key = `errors.${code}` as 'errors.UNREACHABLE';
  const isCode = /^[A-Z_]+$/.test(code);
  return isCode && text.has(key) ? t(key) : t('errors.INTERNAL_SERVER_ERROR');
}
