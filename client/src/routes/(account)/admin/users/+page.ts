import { error } from '@sveltejs/kit';
import { firstUsers, readUserView } from '../../../../lib/features/user/first-users.ts';
import { UsersDocument } from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { users } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const { gatehouse, me } = await parent();
  if (!users.permission || !me.permissions.includes(users.permission)) error(404, 'NOT_FOUND');
  const view = readUserView(url.searchParams);
  await answered(gatehouse.load(UsersDocument, firstUsers(view), fetch), url.pathname + url.search);
  return { view };
};
