import { error } from '@sveltejs/kit';
import { auditVariables, noFilter } from '../../../../../lib/features/activity/filter.ts';
import {
  AllActivityDocument,
  UserDetailDocument,
  UserLicensesDocument,
  UserLimitsDocument,
} from '../../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../../answer.ts';
import { users } from '../../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, params, url }) => {
  const { gatehouse, me } = await parent();
  if (!users.permission || !me.permissions.includes(users.permission)) error(404, 'NOT_FOUND');
  const { username } = params;
  const mayAudit = me.permissions.includes('admin.audit');
  const mayLicense = me.permissions.includes('admin.licenses');
  const activity = auditVariables({ ...noFilter, username }, me.timeZone);
  const asked = Promise.all([
    gatehouse.load(UserDetailDocument, { username }, fetch),
    gatehouse.load(UserLimitsDocument, { username }, fetch),
    mayLicense ? gatehouse.load(UserLicensesDocument, { username }, fetch) : null,
    mayAudit ? gatehouse.load(AllActivityDocument, activity, fetch) : null,
  ]);
  const [{ admin }] = await answered(asked, url.pathname);
  const { user } = admin;
  if (!user) error(404, 'NOT_FOUND');
  return { username, mayAudit, mayLicense, heading: user.displayName ?? user.username };
};
