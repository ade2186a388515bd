import { fail, redirect } from '@sveltejs/kit';
import type { Outcome } from '../without-scripts.ts';
import type { Actions } from './$types';

/** Without scripts the browser is sent to the file itself, which answers for itself. */
export const actions: Actions = {
  default: ({ url }) => {
    const token = url.searchParams.get('token') ?? '';
    if (/^[\w-]{43}$/.test(token)) redirect(303, `/exports/${token}`);
    const refusal = { code: 'INVALID_TOKEN', field: 'token', retryAfter: undefined, issues: [] };
    return fail(400, { typed: {}, refusal } as Outcome);
  },
};
