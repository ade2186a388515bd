import { RegisterDocument } from '../../../lib/graphql/generated/documents.ts';
import { localeOf } from '../../../lib/text/text.svelte.ts';
import { submitted } from '../without-scripts.ts';
import type { Actions } from './$types';

/** Registering without scripts; with them the form asks GraphQL itself, and knows the time zone. */
export const actions: Actions = {
  default: async ({ request, fetch, url, locals }) => {
    const form = await request.formData();
    const word = (name: string) => String(form.get(name) ?? '').trim();
    const typed = { username: word('username').toLowerCase(), email: word('email') };
    const input = {
      ...typed,
      password: String(form.get('password') ?? ''),
      invite: url.searchParams.get('invite'),
      locale: localeOf(locals.locale),
    };
    return submitted(fetch, [RegisterDocument, { input }], typed);
  },
};
