import { deliveryVariables, filterOf } from '../../../lib/features/delivery/filter.ts';
import {
  DeliveriesDocument,
  DeliveryTypesDocument,
} from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const { gatehouse } = await parent();
  const filter = filterOf(url.searchParams);
  const asked = Promise.all([
    gatehouse.load(DeliveriesDocument, deliveryVariables(filter), fetch),
    gatehouse.load(DeliveryTypesDocument, {}, fetch),
  ]);
  await answered(asked, url.pathname + url.search);
  return { filter };
};
