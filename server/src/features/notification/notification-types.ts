import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import type { Messages } from '../../generated/text/messages.js';
import { refuse } from '../../kernel/errors.js';
import type { Locale } from '../../kernel/viewer.js';
import { quotaTypes } from './quota-types.js';

export type SeverityName = 'INFO' | 'SUCCESS' | 'WARNING' | 'CRITICAL';

export interface Text {
  readonly title: string;
  readonly body: string;
}

export interface NotificationType {
  readonly key: string;
  readonly category: string;
  readonly severity: SeverityName;
  /** Values of `data` that the type's own text tells; without them it cannot be written. */
  readonly needs: readonly string[];
  /** The type's own text; null: every message brings its text. */
  readonly text: ((messages: Messages, data: Record<string, string>) => Text) | null;
}

const builtIn: readonly NotificationType[] = [
  { key: 'account.security', category: 'account', severity: 'WARNING', needs: [], text: null },
  { key: 'account.activity', category: 'account', severity: 'WARNING', needs: [], text: null },
  { key: 'admin.message', category: 'messages', severity: 'INFO', needs: [], text: null },
  {
    key: 'system.application_installed',
    category: 'system',
    severity: 'SUCCESS',
    needs: ['application'],
    text: (messages, data) => ({
      title: messages['notification.applicationInstalled.title']({
        application: data['application']!,
      }),
      body: messages['notification.applicationInstalled.body']({
        application: data['application']!,
      }),
    }),
  },
  {
    key: 'system.update_available',
    category: 'system',
    severity: 'INFO',
    needs: ['application', 'version'],
    text: (messages, data) => ({
      title: messages['notification.updateAvailable.title']({ application: data['application']! }),
      body: messages['notification.updateAvailable.body']({
        application: data['application']!,
        version: data['version']!,
      }),
    }),
  },
  ...quotaTypes,
];

const byKey = new Map(builtIn.map((type) => [type.key, type]));
const messagesOf: Record<Locale, Messages> = { EN: en, IT: it };

/** @throws NOT_FOUND field `type`, unless told */
export function typeOf(key: string, field = 'type'): NotificationType {
  return (
    byKey.get(key) ?? refuse('NOT_FOUND', 'There is no notification type of this key.', { field })
  );
}

/** @throws BAD_USER_INPUT field `data` when the type's own text could not be written from it */
export function requireData(type: NotificationType, data: Record<string, unknown>): void {
  if (!type.text) {
    refuse('BAD_USER_INPUT', `${type.key} has no text of its own: give a title.`, {
      field: 'title',
    });
  }
  const missing = type.needs.find((name) => stringOf(data[name]) === '');
  if (missing !== undefined) {
    refuse(
      'BAD_USER_INPUT',
      `The text of ${type.key} needs \`${missing}\` in data, or give a title.`,
      {
        field: 'data',
      },
    );
  }
}

/** What the reader reads: the message's text in his language, else in another, else the type's own. */
export function render(
  message: { type: string; texts: Partial<Record<Locale, Text>> | null; data: unknown },
  locale: Locale,
): Text {
  const own = message.texts?.[locale] ?? message.texts?.EN ?? message.texts?.IT;
  if (own) return own;
  const type = byKey.get(message.type);
  if (!type?.text) return { title: message.type, body: '' };
  const data = (message.data ?? {}) as Record<string, unknown>;
  const values = Object.fromEntries(type.needs.map((name) => [name, stringOf(data[name])]));
  return type.text(messagesOf[locale], values);
}

const stringOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
