import {
  IpAllowlistDocument,
  PasskeysDocument,
  PasswordStateDocument,
  SecondaryEmailDocument,
  SecondFactorDocument,
  SecurityOverviewDocument,
  SessionsDocument,
  UnreachedAddressesDocument,
} from '../../../lib/graphql/generated/documents.ts';
import { answered } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { gatehouse } = await parent();
  const asked = Promise.all([
    gatehouse.load(PasswordStateDocument, {}, fetch),
    gatehouse.load(SecondFactorDocument, {}, fetch),
    gatehouse.load(PasskeysDocument, {}, fetch),
    gatehouse.load(SecondaryEmailDocument, {}, fetch),
    gatehouse.load(SessionsDocument, {}, fetch),
    gatehouse.load(SecurityOverviewDocument, {}, fetch),
    gatehouse.load(IpAllowlistDocument, {}, fetch),
    gatehouse.load(UnreachedAddressesDocument, {}, fetch),
  ]);
  await answered(asked, '/security');
};
