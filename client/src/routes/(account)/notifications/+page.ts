import { firstPage } from '../../../lib/features/inbox/first-page.ts';
import { DeliveryTypesDocument, InboxDocument } from '../../../lib/graphql/generated/documents.ts';
import type { InboxFilter } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

const filters: Readonly<Record<string, InboxFilter>> = {
  unread: 'UNREAD',
  snoozed: 'SNOOZED',
  dismissed: 'DISMISSED',
};

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const filter = filters[url.searchParams.get('filter') ?? ''] ?? 'ALL';
  const category = (url.searchParams.get('category') ?? '').slice(0, 100);
  const { gatehouse } = await parent();
  const asked = Promise.all([
    gatehouse.load(InboxDocument, firstPage(filter, category), fetch),
    gatehouse.load(DeliveryTypesDocument, {}, fetch),
  ]);
  await answered(asked, url.pathname + url.search);
  return { filter, category };
};
