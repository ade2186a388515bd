import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { checkFirst, decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { requireConfirmed, requirePermission } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { allPermissions, checkPermissions, requireToGrant } from '../permission/permissions.js';
import type { Sessions } from '../session/sessions.js';
import { inviteMail } from './invite-mail.js';

const days = 7;

export interface Invite {
  readonly id: string;
  readonly email: string;
  readonly role: 'USER' | 'ADMIN';
  readonly permissions: string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The username; null: the command line, or somebody who is no more. */
  readonly invitedBy: string | null;
}

/** What an invite is worth to who registers with it. */
export interface Invitation {
  readonly email: string;
  readonly emailCanonical: string;
  readonly role: 'USER' | 'ADMIN';
  readonly permissions: string[];
}

export interface NewInvite {
  readonly email: string;
  readonly role: 'USER' | 'ADMIN';
  /** Of an ADMIN; all of them when empty. */
  readonly permissions: readonly string[];
  readonly locale?: Locale | null;
}

const columns = `i.id, i.email, i.role, i.permissions, i.created_at as "createdAt",
  i.expires_at as "expiresAt", a.username as "invitedBy"`;

// An administrator who lost a right takes it along: what he would grant now is what counts.
const inForce = `i.token_hash = $1 and i.expires_at > $2 and (
  i.role = 'USER' or i.by_operator or exists (
    select 1 from account a where a.id = i.invited_by and a.disabled_at is null
      and a.role = 'ADMIN' and a.permissions @> (i.permissions || array['admin.users'])))`;

const invitation = `i.email, i.email_canonical as "emailCanonical", i.role, i.permissions`;

/**
 * Invites: a link, for one address, once, within seven days. What it grants is held against the
 * inviter's own rights when it is made and again when it is used.
 */
export class Invites {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  /** Ends an older one for the same address. @throws FORBIDDEN, BAD_USER_INPUT or TAKEN with the field */
  async create(viewer: Viewer, input: NewInvite): Promise<Invite> {
    requirePermission(viewer, 'admin.users');
    const { database, clock, mailer, settings } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const email = requireEmail(input.email);
    const { role } = input;
    const permissions = permissionsOf(input);
    requireToGrant(viewer, permissions);
    if (await this.accounts.findByEmail(email.canonical)) {
      refuse('TAKEN', 'This address has an account already.', { field: 'email' });
    }
    const inviter = viewer.accountId === null ? null : await this.accounts.get(viewer.accountId);
    const secret = newSecret();
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + days * 86_400_000);
    const id = newId();
    await database.transaction(async () => {
      // The constraint decides between two at once: the later one stays.
      await database.query(
        `insert into invite (id, email, email_canonical, role, permissions, token_hash, invited_by,
           by_operator, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7::uuid, $7::uuid is null, $8, $9)
         on conflict (email_canonical) do update set id = excluded.id, email = excluded.email,
           role = excluded.role, permissions = excluded.permissions,
           token_hash = excluded.token_hash, invited_by = excluded.invited_by,
           by_operator = excluded.by_operator, created_at = excluded.created_at,
           expires_at = excluded.expires_at`,
        [
          ...[id, email.display, email.canonical, role, permissions, hashSecret(secret)],
          ...[inviter?.id ?? null, now, expiresAt],
        ],
      );
      await mailer.queue(
        inviteMail({
          siteName: settings.siteName,
          address: email.display,
          link: `${settings.publicUrl}/register?invite=${secret}`,
          expiresAt,
          locale: input.locale ?? inviter?.locale ?? 'EN',
          timeZone: inviter?.timeZone ?? 'UTC',
          invitedBy: inviter?.name() ?? null,
          role,
        }),
      );
      const told = { email: email.display, role, permissions };
      await this.activities.record(viewer, viewer.accountId, 'invite.created', told);
      await this.sessions.renewConfirmation(viewer);
    });
    const invitedBy = inviter?.username ?? null;
    return { id, email: email.display, role, permissions, createdAt: now, expiresAt, invitedBy };
  }

  /** Those that can still be used, newest first. @throws BAD_USER_INPUT for `first` or `after` */
  async list(
    viewer: Viewer,
    order: { first: number; after?: string | null },
  ): Promise<Page<Invite>> {
    requirePermission(viewer, 'admin.users');
    const first = checkFirst(order.first);
    const after = order.after == null ? null : decodeCursor(order.after, ['instant', 'id']);
    const rows = await this.kernel.database.query<Invite>(
      `select ${columns} from invite i left join account a on a.id = i.invited_by
       where i.expires_at > $1
         and ($2::timestamptz is null or (i.created_at, i.id) < ($2::timestamptz, $3::uuid))
       order by i.created_at desc, i.id desc limit $4`,
      [this.kernel.clock.now(), after?.[0] ?? null, after?.[1] ?? null, first + 1],
    );
    return pageOf(rows, first, ({ createdAt, id }) => [createdAt.toISOString(), id]);
  }

  /** Asks for no step-up: taking a right away must be quick. @throws NOT_FOUND */
  async revoke(viewer: Viewer, id: string): Promise<void> {
    requirePermission(viewer, 'admin.users');
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not an invite’s id.', { field: 'id' });
    const { database, clock } = this.kernel;
    await database.transaction(async () => {
      const [gone] = await database.query<{ email: string }>(
        'delete from invite where id = $1 and expires_at > $2 returning email',
        [id, clock.now()],
      );
      if (!gone)
        refuse('NOT_FOUND', 'This invite was used, revoked or is too old.', { field: 'id' });
      await this.activities.record(viewer, viewer.accountId, 'invite.revoked', { ...gone });
    });
  }

  /** What the link would give, without using it up. @throws INVALID_TOKEN field `invite` */
  async find(secret: string): Promise<Invitation> {
    const [found] = await this.kernel.database.query<Invitation>(
      `select ${invitation} from invite i where ${inForce}`,
      [hashSecret(secret), this.kernel.clock.now()],
    );
    return found ?? refuseInvite();
  }

  /** Uses it up; of many at once one. In the transaction that makes the account. @throws INVALID_TOKEN */
  async redeem(secret: string): Promise<Invitation> {
    const [found] = await this.kernel.database.query<Invitation>(
      `delete from invite i where ${inForce} returning ${invitation}`,
      [hashSecret(secret), this.kernel.clock.now()],
    );
    return found ?? refuseInvite();
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from invite where expires_at <= $1', [
      this.kernel.clock.now(),
    ]);
  }
}

function refuseInvite(): never {
  refuse('INVALID_TOKEN', 'This invite was used already, was revoked, or is too old.', {
    field: 'invite',
  });
}

function permissionsOf({ role, permissions }: NewInvite): string[] {
  if (role === 'ADMIN') {
    return checkPermissions(permissions.length === 0 ? allPermissions : permissions);
  }
  if (permissions.length === 0) return [];
  const message = 'Only an ADMIN holds permissions. Choose the role ADMIN, or leave them out.';
  refuse('BAD_USER_INPUT', message, { field: 'permissions' });
}
