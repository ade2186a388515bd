import { isActionFailure, redirect } from '@sveltejs/kit';
import { ResetPasswordDocument } from '../../../lib/graphql/generated/documents.ts';
import { submitted } from '../without-scripts.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, fetch, url }) => {
    const newPassword = String((await request.formData()).get('newPassword') ?? '');
    const token = url.searchParams.get('token') ?? '';
    const outcome = await submitted(fetch, [ResetPasswordDocument, { token, newPassword }]);
    return isActionFailure(outcome) ? outcome : redirect(303, '/sign-in?reason=password-set');
  },
};
