import { browser } from '$app/env';
import { Failure } from '../../../lib/connection/failure.ts';
import { firstPage, soughtIn } from '../../../lib/features/inbox/first-page.ts';
import { DeliveryTypesDocument, InboxDocument } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, url }) => {
  const sought = soughtIn(url.searchParams);
  const { gatehouse } = await parent();
  const asked = Promise.all([
    gatehouse.load(InboxDocument, firstPage(sought), fetch),
    gatehouse.load(DeliveryTypesDocument, {}, fetch),
  ]);
  await answered(browser ? asked.catch(leaveToList) : asked, url.pathname + url.search);
  return { sought };
};

/** The list says by itself what it could not get, and beside it what was typed stays. */
function leaveToList(failure: unknown): void {
  const isPassing =
    failure instanceof Failure && ['UNREACHABLE', 'UNAVAILABLE'].includes(failure.code);
  if (!isPassing) throw failure;
}
