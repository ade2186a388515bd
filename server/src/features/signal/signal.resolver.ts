import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { NotificationSettingsView } from '../notification-setting/notification-setting.view.js';
import { SignalNumbers } from './signal-numbers.js';
import { SignalNumberView } from './signal.view.js';

/** The part of NotificationSettings that is about Signal. */
@Resolver(() => NotificationSettingsView)
export class SignalResolver {
  constructor(private readonly numbers: SignalNumbers) {}

  @FieldResolver(() => SignalNumberView, { nullable: true })
  signal(@Root() { accountId }: NotificationSettingsView): Promise<SignalNumberView | null> {
    return this.numbers.find(accountId);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView, {
    description:
      'E.164. Sends a six-digit code by Signal; nothing else is sent there until verifySignalNumber. Null removes it.',
  })
  async setSignalNumber(
    @Ctx() { viewer }: Context,
    @Arg('number', () => String, { nullable: true }) number: string | null,
  ): Promise<NotificationSettingsView> {
    await this.numbers.set(viewer, number ?? null);
    return { accountId: viewer.accountId! };
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView)
  async verifySignalNumber(
    @Ctx() { viewer }: Context,
    @Arg('code', () => String) code: string,
  ): Promise<NotificationSettingsView> {
    await this.numbers.verify(viewer, code);
    return { accountId: viewer.accountId! };
  }
}
