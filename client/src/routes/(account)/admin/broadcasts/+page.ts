import { error } from '@sveltejs/kit';
import { firstBroadcasts } from '../../../../lib/features/broadcast/first-broadcasts.ts';
import {
  AudienceDocument,
  BroadcastsDocument,
} from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { broadcasts } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse, me } = await parent();
  if (!broadcasts.permission || !me.permissions.includes(broadcasts.permission))
    error(404, 'NOT_FOUND');
  const asked = Promise.all([
    gatehouse.load(BroadcastsDocument, firstBroadcasts, fetch),
    gatehouse.load(AudienceDocument, { role: null }, fetch),
    gatehouse.load(AudienceDocument, { role: 'ADMIN' }, fetch),
  ]);
  await answered(asked, broadcasts.path);
  return { mayChoose: me.permissions.includes('admin.users') };
};
