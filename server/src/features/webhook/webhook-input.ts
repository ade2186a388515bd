import { refuse } from '../../kernel/errors.js';
import { cleanText } from '../../kernel/text/text-input.js';
import type { KnownTypes } from '../notification/known-types.js';

const mostDescription = 200;

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string;
  readonly enabled: boolean;
}

/** What is left out stays; nothing of it can be cleared. */
export type WebhookChanges = { readonly [Field in keyof NewWebhook]?: NewWebhook[Field] | null };

/** The path can be a secret. */
export const targetOf = (url: URL) =>
  `${url.host}${url.pathname === '/' && url.search === '' ? '' : '/…'}`;

export const descriptionOf = (text: string) =>
  cleanText(text, { field: 'description', max: mostDescription });

/**
 * @param had may stay, also of types that were taken away meanwhile
 * @throws BAD_USER_INPUT when there is none, NOT_FOUND for a key that no type has
 */
export async function eventsOf(
  events: readonly string[],
  types: KnownTypes,
  had: readonly string[] = [],
): Promise<string[]> {
  const field = 'events';
  if (events.length === 0) refuse('BAD_USER_INPUT', 'Choose at least one event.', { field });
  if (events.includes('*')) return ['*'];
  for (const key of events) if (!had.includes(key)) await types.get(key, field);
  return [...new Set(events)];
}

/** @throws BAD_USER_INPUT for a null */
export function changesOf(changes: WebhookChanges): Partial<NewWebhook> {
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) refuse('BAD_USER_INPUT', 'This cannot be empty.', { field });
  }
  const present = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present);
}
