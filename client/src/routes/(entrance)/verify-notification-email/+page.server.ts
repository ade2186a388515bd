import { VerifyNotificationEmailDocument } from '../../../lib/graphql/generated/documents.ts';
import { submitted } from '../without-scripts.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: ({ fetch, url }) =>
    submitted(fetch, [
      VerifyNotificationEmailDocument,
      { token: url.searchParams.get('token') ?? '' },
    ]),
};
