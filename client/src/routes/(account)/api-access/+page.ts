import { ApiAccessDocument, LicensesDocument } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse } = await parent();
  const asked = Promise.all([
    gatehouse.load(ApiAccessDocument, {}, fetch),
    gatehouse.load(LicensesDocument, {}, fetch),
  ]);
  await answered(asked, '/api-access');
};
