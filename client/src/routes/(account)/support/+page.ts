import { error } from '@sveltejs/kit';
import { SupportAccessDocument } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import { support } from '../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse, me } = await parent();
  if (!me.permissions.includes(support.permission)) error(404, 'NOT_FOUND');
  await answered(gatehouse.load(SupportAccessDocument, {}, fetch), support.path);
};
