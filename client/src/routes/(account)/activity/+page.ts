import { activityVariables, filterOf } from '../../../lib/features/activity/filter.ts';
import { ActivityDocument } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const { gatehouse, me } = await parent();
  const filter = filterOf(url.searchParams);
  await answered(
    gatehouse.load(ActivityDocument, activityVariables(filter, me.timeZone), fetch),
    url.pathname + url.search,
  );
  return { filter, reference: (url.searchParams.get('reference') ?? '').slice(0, 32) };
};
