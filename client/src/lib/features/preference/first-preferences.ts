import type { Caller } from '../../connection/caller.ts';
import { UpdatePreferencesDocument } from '../../graphql/generated/documents.ts';
import { localeOf } from '../../text/text.svelte.ts';
import type { Language } from '../../text/text.svelte.ts';

/**
 * An account begins with the language and the zone of the browser that first uses it. That a new
 * administrator or user gets in matters more: a refusal leaves the defaults, which the settings change.
 */
export async function adoptBrowser(gatehouse: Caller, language: Language): Promise<void> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const input = { locale: localeOf(language), timeZone };
  await gatehouse.mutate(UpdatePreferencesDocument, { input }).catch(() => undefined);
}
