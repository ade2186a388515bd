import { Access } from '../../kernel/access/access.js';
import { FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { SecurityView } from '../account/account.view.js';
import { RecoveryCodes } from './recovery-codes.js';

@Resolver(() => SecurityView)
export class RecoveryCodeResolver {
  constructor(private readonly recoveryCodes: RecoveryCodes) {}

  @Access({ scope: 'ACCOUNT_READ', restricted: 'TWO_FACTOR_REQUIRED' })
  @FieldResolver(() => Int)
  recoveryCodesLeft(@Root() security: SecurityView): Promise<number> {
    return this.recoveryCodes.left(security.accountId);
  }
}
