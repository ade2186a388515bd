import { error } from '@sveltejs/kit';
import { auditVariables, filterOf } from '../../../../lib/features/activity/filter.ts';
import { AllActivityDocument } from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { audit } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const { gatehouse, me } = await parent();
  if (!audit.permission || !me.permissions.includes(audit.permission)) error(404, 'NOT_FOUND');
  const filter = filterOf(url.searchParams);
  await answered(
    gatehouse.load(AllActivityDocument, auditVariables(filter, me.timeZone), fetch),
    url.pathname + url.search,
  );
  return { filter };
};
