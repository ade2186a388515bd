import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Idempotency } from '../notification/idempotency.js';
import { linkOf, textsOf } from '../notification/message-input.js';
import type { KnownTypes } from '../notification/known-types.js';
import { requireData } from '../notification/notification-types.js';
import type { SeverityName } from '../notification/notification-types.js';
import type { Audience, Notices } from '../notification/notices.js';

export interface EmittedInput {
  readonly key: string;
  readonly type: string;
  readonly username?: string | null;
  readonly title?: string | null;
  readonly body?: string | null;
  readonly translations: readonly { locale: Locale; title: string; body: string }[];
  readonly severity?: SeverityName | null;
  readonly url?: string | null;
  readonly data?: unknown;
}

/** What host daemons and other programs tell: an event of a known type, to one or to the administrators. */
export class EmittedEvents {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly types: KnownTypes,
    private readonly notices: Notices,
    private readonly idempotency: Idempotency,
  ) {}

  async emit(
    viewer: Viewer,
    input: EmittedInput,
  ): Promise<{ duplicate: boolean; recipients: number }> {
    requirePermission(viewer, 'admin.notifications');
    const type = await this.types.get(input.type);
    // A counterfeit would stand among the true ones, with a link of its own.
    if (type.ownMail) {
      const message = 'Only Gatehouse itself tells of an account’s security. Use another type.';
      refuse('FORBIDDEN', message, { field: 'type' });
    }
    const data = dataOf(input.data);
    const titled = input.title !== null && input.title !== undefined;
    if (!titled && !type.hasText) {
      refuse('BAD_USER_INPUT', `${type.key} has no text of its own: give a title.`, {
        field: 'title',
      });
    }
    if (!titled) requireData(type, data);
    if (!titled && (input.body || input.translations.length > 0)) {
      refuse('BAD_USER_INPUT', 'A body or translations need a title.', { field: 'title' });
    }
    const notice = {
      type: type.key,
      texts: titled ? textsOf({ ...input, title: input.title }) : null,
      severity: input.severity ?? null,
      url: linkOf(input.url),
      data,
      senderId: viewer.accountId,
    };
    const audience = await this.#audience(input.username);
    return this.idempotency.once(
      `event:${viewer.accountId ?? viewer.kind}`,
      input.key,
      { ...notice, audience },
      () => this.notices.send({ ...notice, audience }),
    );
  }

  async #audience(username: string | null | undefined): Promise<Audience> {
    if (username === null || username === undefined) return { role: 'ADMIN' };
    const account = await this.accounts.findByUsername(username);
    if (!account) refuse('NOT_FOUND', 'There is no user of this name.', { field: 'username' });
    return { accountIds: [account.id] };
  }
}

function dataOf(data: unknown): Record<string, unknown> {
  if (data === null || data === undefined) return {};
  if (typeof data !== 'object' || Array.isArray(data)) {
    refuse('BAD_USER_INPUT', 'data must be an object, such as {"application": "Plex"}.', {
      field: 'data',
    });
  }
  if (Buffer.byteLength(JSON.stringify(data)) > 16_384) {
    refuse('BAD_USER_INPUT', 'data may have at most 16 KiB.', { field: 'data' });
  }
  return data as Record<string, unknown>;
}
