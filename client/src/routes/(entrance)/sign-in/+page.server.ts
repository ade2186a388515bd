import { fail, redirect } from '@sveltejs/kit';
import { createCaller } from '../../../lib/connection/caller.ts';
import { asFailure } from '../../../lib/connection/failure.ts';
import { SignInDocument } from '../../../lib/graphql/generated/documents.ts';
import { safeReturnTo } from '../../answer.ts';
import type { Actions } from './$types';

/** Signing in without scripts; with them the form asks GraphQL itself. */
export const actions: Actions = {
  default: async ({ request, fetch, url, platform }) => {
    const form = await request.formData();
    const login = String(form.get('login') ?? '').trim();
    const password = String(form.get('password') ?? '');
    const input = { login, password, remember: form.has('remember') };
    try {
      const { signIn } = await createCaller({ url: '/graphql', fetch }).mutate(SignInDocument, {
        input,
      });
      if (signIn.__typename !== 'SignedIn') return fail(400, { login, code: 'UNSUPPORTED_STEP' });
    } catch (error) {
      const { code, retryAfter } = asFailure(error);
      return fail(400, { login, code, retryAfter });
    }
    const wanted = url.searchParams.get('returnTo');
    const returnTo = safeReturnTo(wanted, url.origin, platform?.req.allowedOrigins);
    return redirect(303, returnTo, { external: [new URL(returnTo, url).origin] });
  },
};
