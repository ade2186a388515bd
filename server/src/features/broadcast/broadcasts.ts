import { randomUUID } from 'node:crypto';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId } from '../../kernel/id.js';
import { checkFirst, decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Idempotency, Outcome } from '../notification/idempotency.js';
import { linkOf, textsOf } from '../notification/message-input.js';
import { render } from '../notification/notification-types.js';
import type { SeverityName, Text } from '../notification/notification-types.js';
import type { Audience, Notices } from '../notification/notices.js';
import type { BroadcastView } from './broadcast.view.js';

const permission = 'admin.notifications';

export interface MessageInput {
  readonly key?: string | null;
  readonly title: string;
  readonly body: string;
  readonly translations: readonly { locale: Locale; title: string; body: string }[];
  readonly severity: SeverityName;
  readonly url?: string | null;
}

interface Row {
  id: string;
  type: string;
  texts: Partial<Record<Locale, Text>> | null;
  data: unknown;
  severity: SeverityName;
  created_at: Date;
  recipients: number;
  read: number;
  direct: boolean;
}

/** What administrators say: to everyone, to a role, or to chosen people. */
export class Broadcasts {
  constructor(
    private readonly kernel: Kernel,
    private readonly notices: Notices,
    private readonly idempotency: Idempotency,
    private readonly activities: Activities,
  ) {}

  async broadcast(
    viewer: Viewer,
    input: MessageInput & { role?: 'USER' | 'ADMIN' | null },
  ): Promise<BroadcastView> {
    requirePermission(viewer, permission);
    const audience: Audience = input.role ? { role: input.role } : { everyone: true };
    const { messageId } = await this.#send(viewer, input, audience, true);
    return this.#view((await this.#rows('m.id = $1', [messageId], 1))[0]!, viewer);
  }

  /** @returns how many got it */
  async notify(
    viewer: Viewer,
    input: MessageInput & { userIds: readonly string[] },
  ): Promise<number> {
    requirePermission(viewer, permission);
    const { userIds } = input;
    if (userIds.length === 0 || userIds.length > 100) {
      refuse('BAD_USER_INPUT', 'Choose 1 to 100 users.', { field: 'userIds' });
    }
    if (!userIds.every(isId)) {
      refuse('BAD_USER_INPUT', 'This is not a user’s id.', { field: 'userIds' });
    }
    const accountIds = [...new Set(userIds)];
    const found = await this.kernel.database.query<{ id: string }>(
      'select id from account where id = any($1)',
      [accountIds],
    );
    if (found.length < accountIds.length) {
      refuse('NOT_FOUND', 'At least one of these users does not exist.', { field: 'userIds' });
    }
    return (await this.#send(viewer, input, { accountIds }, false)).recipients;
  }

  async list(
    viewer: Viewer,
    query: { first: number; after?: string | null; direct?: boolean },
  ): Promise<Page<BroadcastView>> {
    requirePermission(viewer, permission);
    const first = checkFirst(query.first);
    const after = query.after ? decodeCursor(query.after, ['id'])[0] : null;
    const which = query.direct ? `m.type = 'admin.message'` : 'm.broadcast';
    const rows = await this.#rows(
      `${which} and ($1::uuid is null or m.id < $1)`,
      [after],
      first + 1,
    );
    const page = pageOf(rows, first, (row) => [row.id]);
    return { ...page, nodes: page.nodes.map((row) => this.#view(row, viewer)) };
  }

  async audience(viewer: Viewer, role: 'USER' | 'ADMIN' | null | undefined): Promise<number> {
    requirePermission(viewer, permission);
    return this.notices.count(role ? { role } : { everyone: true });
  }

  async #send(
    viewer: Viewer,
    input: MessageInput,
    audience: Audience,
    broadcast: boolean,
  ): Promise<Outcome> {
    const notice = {
      type: 'admin.message',
      texts: textsOf(input),
      severity: input.severity,
      url: linkOf(input.url),
      senderId: viewer.accountId,
      broadcast,
      audience,
    };
    const sender = `broadcast:${viewer.accountId ?? viewer.kind}`;
    const key = input.key ?? randomUUID();
    return this.idempotency.once(sender, key, notice, async () => {
      const outcome = await this.notices.send(notice);
      await this.activities.record(viewer, viewer.accountId, 'broadcast.sent', { ...outcome });
      return outcome;
    });
  }

  #rows(where: string, values: readonly unknown[], limit: number): Promise<Row[]> {
    return this.kernel.database.query<Row>(
      `select m.id, m.type, m.texts, m.data, m.severity, m.created_at, m.recipients,
         not m.broadcast as direct,
         (select count(*)::int from notification n
          where n.message_id = m.id and n.read_at is not null) as read
       from message m where ${where} order by m.id desc limit ${limit}`,
      values,
    );
  }

  #view(row: Row, viewer: Viewer): BroadcastView {
    const { id, severity, recipients, read, direct } = row;
    return {
      id,
      ...render(row, viewer.locale),
      severity,
      createdAt: row.created_at,
      recipients,
      read,
      direct,
    };
  }
}
