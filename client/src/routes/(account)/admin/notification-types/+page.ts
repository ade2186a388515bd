import { error } from '@sveltejs/kit';
import { NotificationTypesDocument } from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { notificationTypes } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse, me } = await parent();
  if (!notificationTypes.permission || !me.permissions.includes(notificationTypes.permission)) {
    error(404, 'NOT_FOUND');
  }
  await answered(gatehouse.load(NotificationTypesDocument, {}, fetch), notificationTypes.path);
};
