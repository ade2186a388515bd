import { error } from '@sveltejs/kit';
import {
  deliveryVariables,
  readDeliveryView,
} from '../../../../lib/features/admin-delivery/delivery-view.ts';
import { AllDeliveriesDocument } from '../../../../lib/graphql/generated/documents.ts';
import { answered } from '../../../answer.ts';
import { allDeliveries } from '../../pages.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const { gatehouse, me } = await parent();
  if (!allDeliveries.permission || !me.permissions.includes(allDeliveries.permission))
    error(404, 'NOT_FOUND');
  const view = readDeliveryView(url.searchParams);
  await answered(
    gatehouse.load(AllDeliveriesDocument, deliveryVariables(view, me.timeZone), fetch),
    url.pathname + url.search,
  );
  return { view };
};
