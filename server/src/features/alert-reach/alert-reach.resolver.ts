import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import { SecurityView } from '../account/account.view.js';
import { AlertReach } from './alert-reach.js';
import type { Unreached } from './alert-reach.js';
import { UnreachedAddressView } from './alert-reach.view.js';

@Resolver(() => SecurityView)
export class AlertReachResolver {
  constructor(private readonly reach: AlertReach) {}

  @Access({})
  @FieldResolver(() => [UnreachedAddressView], {
    description: 'Addresses that security alerts do not reach. Empty while all is well.',
  })
  unreachedAddresses(@Root() security: SecurityView): Promise<Unreached[]> {
    return this.reach.unreached(security.accountId);
  }
}
