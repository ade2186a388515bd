import type { MessageKey } from '../text/generated/messages.d.ts';
import type { Text } from '../text/text.svelte.ts';
import { cancelled } from './failure.ts';
import type { Failure } from './failure.ts';

/** Every code has its sentence in the catalogue under its own name; `INTERNAL_SERVER_ERROR` stands for codes we do not know. */
const sentences = {
  UNAUTHENTICATED: 'errors.UNAUTHENTICATED',
  FORBIDDEN: 'errors.FORBIDDEN',
  IDENTITY_CONFIRMATION_REQUIRED: 'errors.IDENTITY_CONFIRMATION_REQUIRED',
  INVALID_CREDENTIALS: 'errors.INVALID_CREDENTIALS',
  INVALID_TOKEN: 'errors.INVALID_TOKEN',
  BAD_USER_INPUT: 'errors.BAD_USER_INPUT',
  WEAK_PASSWORD: 'errors.WEAK_PASSWORD',
  TAKEN: 'errors.TAKEN',
  NOT_FOUND: 'errors.NOT_FOUND',
  CONFLICT: 'errors.CONFLICT',
  LIMIT_REACHED: 'errors.LIMIT_REACHED',
  WOULD_LOCK_OUT: 'errors.WOULD_LOCK_OUT',
  PASSWORD_CHANGE_REQUIRED: 'errors.PASSWORD_CHANGE_REQUIRED',
  TWO_FACTOR_REQUIRED: 'errors.TWO_FACTOR_REQUIRED',
  IP_NOT_ALLOWED: 'errors.IP_NOT_ALLOWED',
  ACCOUNT_DISABLED: 'errors.ACCOUNT_DISABLED',
  API_DISABLED: 'errors.API_DISABLED',
  RATE_LIMITED: 'errors.RATE_LIMITED',
  NOT_CONFIGURED: 'errors.NOT_CONFIGURED',
  QUERY_TOO_COMPLEX: 'errors.QUERY_TOO_COMPLEX',
  GRAPHQL_PARSE_FAILED: 'errors.GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'errors.GRAPHQL_VALIDATION_FAILED',
  BAD_REQUEST: 'errors.BAD_REQUEST',
  UNAVAILABLE: 'errors.UNAVAILABLE',
  INTERNAL_SERVER_ERROR: 'errors.INTERNAL_SERVER_ERROR',
  UNREACHABLE: 'errors.UNREACHABLE',
} as const satisfies Record<string, MessageKey>;

const passwordIssues = {
  TOO_SHORT: 'security.password.issueShort',
  TOO_LONG: 'security.password.issueLong',
  COMMON: 'security.password.issueCommon',
  CONTEXTUAL: 'security.password.issueContextual',
} as const satisfies Record<string, MessageKey>;

/** What to tell a person; empty when they know, since they stopped it themselves. */
export function sentenceOf({ code, retryAfter, issues }: Failure, { t }: Text): string {
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
  const known = code in sentences ? (code as keyof typeof sentences) : 'INTERNAL_SERVER_ERROR';
  return t(sentences[known]);
}
