import type { Channel as ChannelEnum } from '../../kernel/schema/enums.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import type { Preview } from '../delivery/channel.js';
import type { Channels } from '../delivery/channels.js';
import { outboundOf } from '../dispatch/outbound.js';
import { linkOf, textsOf } from '../notification/message-input.js';
import type { MessageInput } from './broadcasts.js';

export interface ShownPreview extends Preview {
  readonly channel: keyof typeof ChannelEnum;
}

const order: readonly (keyof typeof ChannelEnum)[] = [
  'IN_APP',
  'EMAIL',
  'DISCORD',
  'SIGNAL',
  'WEBHOOK',
];

/** What each channel would make of a message, by what really sends it. Nothing is kept, and nothing leaves. */
export class BroadcastPreviews {
  constructor(
    private readonly kernel: Kernel,
    private readonly channels: Channels,
  ) {}

  /** Of the inbox and of every channel that the site has a provider for. */
  show(viewer: Viewer, input: MessageInput, locale: Locale, of: string): ShownPreview[] {
    requirePermission(viewer, 'admin.notifications');
    const type = cleanText(of, { field: 'type', min: 1, max: 100 });
    const { clock, settings } = this.kernel;
    const now = clock.now();
    const message = outboundOf(
      {
        id: newId(),
        message_id: newId(),
        mail_sealed: null,
        type,
        severity: input.severity,
        texts: textsOf(input),
        url: linkOf(input.url),
        data: {},
        said_at: now,
        created_at: now,
        locale,
        time_zone: 'UTC',
      },
      settings,
    );
    const inbox: ShownPreview = {
      channel: 'IN_APP',
      title: message.title,
      text: message.body,
      html: null,
    };
    const others = this.channels.all.map((channel) => ({
      channel: channel.name,
      ...channel.preview(message),
    }));
    const all = [inbox, ...others];
    return all.sort((a, b) => order.indexOf(a.channel) - order.indexOf(b.channel));
  }
}
