import type { Channel } from '../../kernel/schema/enums.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { MatrixChannel } from '../../kernel/notification-type.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { KnownType, KnownTypes } from '../notification/known-types.js';

const mostChanges = 200;
const columns: readonly MatrixChannel[] = ['IN_APP', 'EMAIL', 'DISCORD', 'SIGNAL'];
/** Without its mails nobody hears of a thief's first sign-in: that they were switched off is told. */
const watched = { type: 'account.activity', channel: 'EMAIL' } as const;

export interface PreferenceChange {
  readonly type: string;
  readonly channel: keyof typeof Channel;
  readonly enabled: boolean;
}

export interface PreferenceRow {
  readonly type: KnownType;
  readonly enabled: readonly MatrixChannel[];
}

interface Chosen {
  readonly type: string;
  readonly channel: MatrixChannel;
  readonly enabled: boolean;
}

/** What each person wants to hear by which channel. Without a choice the type's own default is in force. */
export class Preferences {
  constructor(
    private readonly kernel: Kernel,
    private readonly types: KnownTypes,
    private readonly activities: Activities,
  ) {}

  async list(accountId: string): Promise<PreferenceRow[]> {
    const chosen = await this.#chosen(accountId);
    const types = await this.types.list();
    return types.map((type) => ({
      type,
      enabled: columns.filter((channel) => isOn(type, channel, chosen)),
    }));
  }

  async isEnabled(accountId: string, key: string, channel: MatrixChannel): Promise<boolean> {
    return isOn(await this.types.get(key), channel, await this.#chosen(accountId, key));
  }

  /** All or none. @throws NOT_FOUND field `type`; BAD_USER_INPUT field `channel`, `enabled` or `changes` */
  async set(viewer: Viewer, changes: readonly PreferenceChange[]): Promise<void> {
    requireAccount(viewer);
    if (changes.length > mostChanges) {
      refuse('BAD_USER_INPUT', `At most ${mostChanges} at once.`, { field: 'changes' });
    }
    const known = new Map<string, KnownType>();
    for (const { type, channel, enabled } of changes) {
      const found = known.get(type) ?? (await this.types.get(type));
      known.set(type, found);
      check(found, channel, enabled);
    }
    // The last one for a cell counts, as if they had come one by one.
    const cells = new Map(changes.map((change) => [`${change.channel} ${change.type}`, change]));
    const { database } = this.kernel;
    await database.transaction(async () => {
      // Two at once: whoever comes second sees what the first has made of it.
      await database.query('select 1 from account where id = $1 for no key update', [
        viewer.accountId,
      ]);
      const before = await this.#chosen(viewer.accountId, watched.type);
      const all = [...cells.values()];
      await database.query(
        `insert into preference (account_id, type, channel, enabled)
         select $1, * from unnest($2::text[], $3::text[], $4::boolean[])
         on conflict (account_id, type, channel) do update set enabled = excluded.enabled`,
        [
          viewer.accountId,
          all.map((cell) => cell.type),
          all.map((cell) => cell.channel),
          all.map((cell) => cell.enabled),
        ],
      );
      await this.#tellOfMuting(viewer, known.get(watched.type), before);
    });
  }

  async #tellOfMuting(
    viewer: AccountViewer,
    type: KnownType | undefined,
    before: readonly Chosen[],
  ): Promise<void> {
    if (!type) return;
    const was = isOn(type, watched.channel, before);
    const is = isOn(type, watched.channel, await this.#chosen(viewer.accountId, watched.type));
    if (was === is) return;
    const kind = is ? 'alerts.unmuted' : 'alerts.muted';
    await this.activities.record(viewer, viewer.accountId, kind, { ...watched });
  }

  #chosen(accountId: string, type: string | null = null): Promise<Chosen[]> {
    return this.kernel.database.query<Chosen>(
      `select type, channel, enabled from preference
       where account_id = $1 and ($2::text is null or type = $2)`,
      [accountId, type],
    );
  }
}

function isOn(type: KnownType, channel: MatrixChannel, chosen: readonly Chosen[]): boolean {
  if (type.mandatory.includes(channel)) return true;
  const choice = chosen.find((each) => each.type === type.key && each.channel === channel);
  return choice?.enabled ?? type.channels.includes(channel);
}

function check(type: KnownType, channel: keyof typeof Channel, enabled: boolean): void {
  if (channel === 'WEBHOOK') {
    const message = 'Webhooks choose what they hear by themselves.';
    refuse('BAD_USER_INPUT', message, { field: 'channel' });
  }
  if (!enabled && type.mandatory.includes(channel)) {
    const message = 'Essential security alerts cannot be switched off.';
    refuse('BAD_USER_INPUT', message, { field: 'enabled' });
  }
}
