import { ProfileDocument, StorageDocument } from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse } = await parent();
  const asked = Promise.all([
    gatehouse.load(ProfileDocument, {}, fetch),
    gatehouse.load(StorageDocument, {}, fetch),
  ]);
  await answered(asked, '/profile');
};
