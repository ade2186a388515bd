import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import type { MailLocale } from '../../kernel/outbox/mail.js';
import { endedSessions } from './alert-table.js';
import type { Alert } from './alert-table.js';
import { numberIn } from './act.js';
import type { Act } from './act.js';
import { alertKinds } from './alert-kinds.js';

export const alertTexts = { EN: en, IT: it };

interface Values {
  readonly siteName: string;
  readonly change: string;
  readonly count: number;
  readonly minutes: number;
}
type Write = (values: Values) => string;

/** What one kind of alert says, in one language. */
export interface Words {
  readonly subject: string;
  readonly title: string;
  readonly what: string;
  readonly you: string;
  readonly notYou: string;
}

/** @param together all acts of the transaction, of which the alert tells one */
export function wordsOf(
  alert: Alert,
  together: readonly Act[],
  locale: MailLocale,
  siteName: string,
): Words {
  const { kind, change, act } = alert;
  const values: Values = {
    siteName,
    change,
    count: countOf(alert, together),
    minutes: numberIn(act, 'minutes'),
  };
  // Twenty kinds have the same five texts each; a test writes every one of them.
  const texts = alertTexts[locale] as unknown as Readonly<Record<string, Write>>;
  const say = (part: keyof Words) => texts[`alert.${kind}.${part}`]!(values);
  return {
    subject: `${alertKinds[kind].sign} ${say('subject')}`,
    title: say('title'),
    what: say('what'),
    you: say('you'),
    notYou: say('notYou'),
  };
}

function countOf({ kind, act }: Alert, together: readonly Act[]): number {
  switch (kind) {
    case 'sessions_ended':
      return endedSessions(together);
    case 'failed_sign_ins':
      return numberIn(act, 'attempts');
    case 'recovery_codes_changed':
      return numberIn(act, 'left');
    default:
      return 0;
  }
}
