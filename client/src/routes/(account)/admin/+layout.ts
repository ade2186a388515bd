import { error } from '@sveltejs/kit';
import { ViewerDocument } from '../../../lib/graphql/generated/documents.ts';
import { languageOf, loadMessages } from '../../../lib/text/text.svelte.ts';
import type { LayoutLoad } from './$types';

/** What administrators read comes with the first of their pages; whoever is none loads none of it. */
export const load: LayoutLoad = async ({ parent }) => {
  const { gatehouse, me } = await parent();
  if (me.permissions.length === 0) error(404, 'NOT_FOUND');
  // The language may have been changed since this tab began.
  const locale = languageOf(gatehouse.read(ViewerDocument, {})?.me?.locale ?? me.locale);
  return { locale, messages: await loadMessages(locale, 'all'), part: 'all' as const };
};
