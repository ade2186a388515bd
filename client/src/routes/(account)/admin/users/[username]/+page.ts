import { error } from '@sveltejs/kit';
import { UserDetailDocument } from '../../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../../answer.ts';
import { users } from '../../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, params, url }) => {
  const { gatehouse, me } = await parent();
  if (!users.permission || !me.permissions.includes(users.permission)) error(404, 'NOT_FOUND');
  const { username } = params;
  const asked = gatehouse.load(UserDetailDocument, { username }, fetch);
  const { user } = (await answered(asked, url.pathname)).admin;
  if (!user) error(404, 'NOT_FOUND');
  return { username, heading: user.displayName ?? user.username };
};
