import type { Severity } from '../../graphql/generated/documents.ts';

export const severityNames = {
  INFO: 'inbox.severityInfo',
  SUCCESS: 'inbox.severitySuccess',
  WARNING: 'inbox.severityWarning',
  CRITICAL: 'inbox.severityCritical',
} as const satisfies Record<Severity, string>;
