import { error } from '@sveltejs/kit';
import { firstInvites } from '../../../../lib/features/invite/first-invites.ts';
import { InvitesDocument } from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { invites } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse, me } = await parent();
  if (!invites.permission || !me.permissions.includes(invites.permission)) error(404, 'NOT_FOUND');
  await answered(gatehouse.load(InvitesDocument, firstInvites, fetch), invites.path);
};
