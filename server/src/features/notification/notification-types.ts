import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import type { Messages } from '../../generated/text/messages.js';
import { refuse } from '../../kernel/errors.js';
import type { NotificationTypeSpec, Text } from '../../kernel/notification-type.js';
import type { Locale } from '../../kernel/access/viewer.js';

export type { SeverityName, Text } from '../../kernel/notification-type.js';
export type NotificationType = NotificationTypeSpec<Messages>;

const byKey = new Map<string, NotificationType>();
export const messagesOf: Record<Locale, Messages> = { EN: en, IT: it };

/** What features say of themselves, for the life of the process; the composition root hands it over. */
export function registerTypes(types: readonly NotificationTypeSpec<never>[]): void {
  // The kernel, which hands them over, does not know the texts.
  for (const type of types as readonly NotificationType[]) {
    const known = byKey.get(type.key);
    if (known && known !== type) throw new Error(`Two notification types are called ${type.key}`);
    byKey.set(type.key, type);
  }
}

export const builtInTypes = (): readonly NotificationType[] => [...byKey.values()];

export const findBuiltIn = (key: string): NotificationType | null => byKey.get(key) ?? null;

/** @throws BAD_USER_INPUT field `data` when the type's own text could not be written from it */
export function requireData(
  type: Pick<NotificationType, 'key' | 'needs'>,
  data: Record<string, unknown>,
): void {
  const missing = type.needs.find((name) => stringOf(data[name]) === '');
  if (missing !== undefined) {
    const message = `The text of ${type.key} needs \`${missing}\` in data, or give a title.`;
    refuse('BAD_USER_INPUT', message, { field: 'data' });
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
  const names = new Set([...type.needs, ...Object.keys(data)]);
  const values = Object.fromEntries([...names].map((name) => [name, stringOf(data[name])]));
  return type.text(messagesOf[locale], values, locale);
}

/** A value of `data` as it stands in a text. */
export const stringOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
