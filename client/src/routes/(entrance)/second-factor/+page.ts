import { redirect } from '@sveltejs/kit';
import { RequiredSecondFactorDocument } from '../../../lib/graphql/generated/documents.ts';
import { languageOf, loadMessages } from '../../../lib/text/text.svelte.ts';
import { answered, signInPath } from '../../answer.ts';
import { personalClient } from '../../(account)/client.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { visitor } = await parent();
  if (!visitor) redirect(303, signInPath('/second-factor'));
  const personal = personalClient();
  const asked = personal.load(RequiredSecondFactorDocument, {}, fetch);
  const { me } = await answered(asked, '/second-factor');
  if (!me?.security.twoFactorRequired) redirect(303, '/security#two-factor');
  const locale = languageOf(visitor.locale);
  const messages = await loadMessages(locale, 'account');
  return { personal, username: me.username, locale, messages, part: 'account' as const };
};
