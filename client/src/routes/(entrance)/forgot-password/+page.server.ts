import { RequestPasswordResetDocument } from '../../../lib/graphql/generated/documents.ts';
import { submitted } from '../without-scripts.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, fetch }) => {
    const email = String((await request.formData()).get('email') ?? '').trim();
    return submitted(fetch, [RequestPasswordResetDocument, { email }], { email });
  },
};
