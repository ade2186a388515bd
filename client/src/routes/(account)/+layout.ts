import { redirect } from '@sveltejs/kit';
import { ViewerDocument } from '../../lib/graphql/generated/documents.ts';
import { languageOf, loadMessages } from '../../lib/text/text.svelte.ts';
import { answered, signInPath } from '../answer.ts';
import { personalClient } from './client.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ fetch, url, untrack }) => {
  const here = untrack(() => url.pathname + url.search);
  const gatehouse = personalClient();
  const { site, me } = await answered(gatehouse.load(ViewerDocument, {}, fetch), here);
  if (site.needsSetUp) redirect(303, '/setup');
  if (!me) redirect(303, signInPath(here));
  if (me.security.passwordChangeRequired) redirect(303, '/change-password');

  const locale = languageOf(me.locale);
  const messages = await loadMessages(locale, 'account');
  return { gatehouse, site, me, locale, messages, part: 'account' as const, timeZone: me.timeZone };
};
