import type { Gatehouse } from '../../connection/gatehouse.ts';
import {
  SetDiscordUserDocument,
  SetDiscordWebhookDocument,
  SetNotificationEmailDocument,
  SetSignalNumberDocument,
  TestChannelDocument,
  VerifySignalNumberDocument,
} from '../../graphql/generated/documents.ts';
import type {
  Channel,
  ChannelFieldsFragment,
  TestChannelMutation,
} from '../../graphql/generated/documents.ts';

export type ChannelFacts = ChannelFieldsFragment;
export type TestResult = TestChannelMutation['testChannel'];
export type EmailFacts = ChannelFacts['notificationEmails'][number];

/** `quota` is the one category that can go elsewhere. */
export type EmailCategory = 'quota' | null;

/** Where each channel leads. Everything throws a Failure when it is refused, and null removes. */
export class Channels {
  constructor(private readonly gatehouse: Gatehouse) {}

  async setEmail(email: string | null, category: EmailCategory): Promise<void> {
    await this.gatehouse.mutate(SetNotificationEmailDocument, { email, category });
  }

  async setDiscordWebhook(url: string | null): Promise<void> {
    await this.gatehouse.mutate(SetDiscordWebhookDocument, { url });
  }

  async setDiscordUser(userId: string | null): Promise<void> {
    await this.gatehouse.mutate(SetDiscordUserDocument, { userId });
  }

  async setSignal(number: string | null): Promise<void> {
    await this.gatehouse.mutate(SetSignalNumberDocument, { number });
  }

  async verifySignal(code: string): Promise<void> {
    await this.gatehouse.mutate(VerifySignalNumberDocument, { code });
  }

  async test(channel: Channel, webhookId: string | null = null): Promise<TestResult> {
    const answer = await this.gatehouse.mutate(TestChannelDocument, { channel, webhookId });
    return answer.testChannel;
  }
}
