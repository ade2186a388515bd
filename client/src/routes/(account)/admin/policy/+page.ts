import { error } from '@sveltejs/kit';
import { PolicyDocument } from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { policy } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse, me } = await parent();
  if (!policy.permission || !me.permissions.includes(policy.permission)) error(404, 'NOT_FOUND');
  await answered(gatehouse.load(PolicyDocument, {}, fetch), policy.path);
};
