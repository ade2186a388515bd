import { error } from '@sveltejs/kit';
import {
  AlertRulesDocument,
  HostHistoryDocument,
} from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { alertRules } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse, me } = await parent();
  if (!alertRules.permission || !me.permissions.includes(alertRules.permission)) {
    error(404, 'NOT_FOUND');
  }
  const asked = Promise.all([
    gatehouse.load(AlertRulesDocument, { host: null }, fetch),
    gatehouse.load(HostHistoryDocument, { host: null }, fetch),
  ]);
  await answered(asked, alertRules.path);
};
