import { ClosureDocument } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse } = await parent();
  await answered(gatehouse.load(ClosureDocument, {}, fetch), '/preferences');
};
