import {
  DomainsDocument,
  EmailAccountsDocument,
  LimitsDocument,
  StorageDocument,
} from '../../../lib/graphql/generated/documents.ts';
import { firstOfList } from '../../../lib/features/mailbox/first-of-list.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse } = await parent();
  await answered(
    Promise.all([
      gatehouse.load(StorageDocument, {}, fetch),
      gatehouse.load(LimitsDocument, {}, fetch),
      gatehouse.load(EmailAccountsDocument, firstOfList(), fetch),
      gatehouse.load(DomainsDocument, firstOfList(), fetch),
    ]),
    '/limits',
  );
};
