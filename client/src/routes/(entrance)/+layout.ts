import { createCaller } from '../../lib/connection/caller.ts';
import { EntranceDocument } from '../../lib/graphql/generated/documents.ts';
import { answered } from '../answer.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ fetch }) => {
  const gatehouse = createCaller({ url: '/graphql' });
  const { site, me } = await answered(gatehouse.load(EntranceDocument, {}, fetch), '/');
  return { gatehouse, site, visitor: me };
};
