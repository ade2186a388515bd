import { Ctx, Field, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { LockDowns } from './lock-downs.js';

@ObjectType('LockDownReport')
export class LockDownReportView {
  @Field(() => Int)
  sessionsEnded!: number;

  @Field(() => Int)
  tokensRevoked!: number;

  @Field(() => Int)
  apiKeysRevoked!: number;
}

@Resolver()
export class LockDownResolver {
  constructor(private readonly lockDowns: LockDowns) {}

  @Access({})
  @Mutation(() => LockDownReportView, {
    description:
      'One button for a suspected break-in: ends every other session, revokes every access token and API key, drops pending e-mail changes, and mails both inboxes what was done.',
  })
  async lockDown(@Ctx() { viewer, reply }: Context): Promise<LockDownReportView> {
    const { report, session } = await this.lockDowns.lockDown(viewer);
    await reply.setSession(session.secret, session.maxAge);
    return report;
  }
}
