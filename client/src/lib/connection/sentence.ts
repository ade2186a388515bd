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

/** What to tell a person; empty when they know, since they stopped it themselves. */
export function sentenceOf({ code, retryAfter, issues }: Failure, text: Text): string {
  const { t } = text;
  if (code === cancelled) return '';
  if (code === 'RATE_LIMITED' && retryAfter) {
    return retryAfter < 90
      ? t('errors.retryInSeconds', { seconds: retryAfter })
      : t('errors.retryInMinutes', { minutes: Math.ceil(retryAfter / 60) });
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
