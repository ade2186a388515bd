import { credentialsChanged } from '../../kernel/access/credential.js';
import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { prepared } from '../../kernel/database/prepared.js';
import { requireSession } from '../../kernel/access/viewer.js';
import type { AccountViewer, Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Sites } from '../site/sites.js';
import { luciaOver } from './lucia.js';
import { strengthOfMethod } from './proof-strength.js';
import type { ProofStrength } from './proof-strength.js';
import { Session } from './session.entity.js';
import type { SignInMethod } from './session.entity.js';
import { endOf, maxAgeOf } from './session-life.js';
import type { SessionPolicy } from './session-life.js';
import { SessionStore } from './session-store.js';
import type { NewSession } from './session-store.js';

const mostSessions = 50;
const minute = 60_000;
const confirmationMinutes = 10;
const longestConfirmationMinutes = 60;
/** A request that was under way when the secret was changed still arrives with the old one. */
const formerSecretSeconds = 10;

const holdSql = prepared(`
  select a.disabled_at, site.session_idle_days as "sessionIdleDays", site.session_days as "sessionDays"
  from account a cross join site where a.id = $1 for no key update of a`);
const dropOldestSql = `
  delete from session where id in (
    select id from session where account_id = $1
    order by last_active_at desc, id desc offset ${mostSessions})`;

/** A secret for the cookie. `maxAge` in seconds; null ends with the browser. */
export interface OpenedSession {
  readonly secret: string;
  readonly maxAge: number | null;
}

/**
 * Signed-in browsers. Whoever ends a session tells the live topic in the same transaction, so it is
 * over on every server, sockets included, within a second.
 */
export class Sessions {
  readonly #store: SessionStore;
  readonly #lucia: ReturnType<typeof luciaOver>;

  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly activities: Activities,
  ) {
    this.#store = new SessionStore(kernel.database, kernel.clock);
    this.#lucia = luciaOver(this.#store);
  }

  get store(): SessionStore {
    return this.#store;
  }

  /** Signs a browser in. The oldest session goes when there are too many. */
  async open(
    accountId: string,
    method: SignInMethod,
    origin: Origin,
    options: { remember: boolean; confirmed: boolean },
  ): Promise<OpenedSession> {
    const secret = newSecret();
    const now = this.kernel.clock.now();
    return this.kernel.database.transaction(async () => {
      const [account] = await this.#hold(accountId);
      // Removed while its password was compared: from now on it is a name that nobody has.
      if (!account) refuse('INVALID_CREDENTIALS', 'Wrong username or password.');
      if (account.disabled_at) refuse('ACCOUNT_DISABLED', 'This account is disabled.');
      const made: NewSession = {
        id: newId(),
        accountId,
        method,
        remember: options.remember,
        confirmedUntil: options.confirmed ? later(now, confirmationMinutes) : null,
        confirmedStrength: strengthOfMethod[method],
        address: origin.address,
        userAgent: origin.userAgent?.slice(0, 512) ?? null,
      };
      await this.#lucia.createSession(accountId, { made }, { sessionId: hashSecret(secret) });
      if (made.others! >= mostSessions) await this.#dropOldest(accountId);
      return { secret, maxAge: maxAgeOf(account, options.remember) };
    });
  }

  /** Notes that the session is in use; one write a minute at most. */
  async touch(lookup: { id: string; lastActiveAt: Date }): Promise<void> {
    const now = this.kernel.clock.now();
    if (now.getTime() - lookup.lastActiveAt.getTime() < minute) return;
    await this.kernel.database.queryApart(
      'update session set last_active_at = $2 where id = $1 and last_active_at <= $3',
      [lookup.id, now, new Date(now.getTime() - minute)],
    );
  }

  async validate(secret: string) {
    const { session } = await this.#lucia.validateSession(hashSecret(secret));
    // Lucia asks the machine's clock, everything else here asks ours.
    return session?.found && session.found.endsAt > this.kernel.clock.now() ? session.found : null;
  }

  /** A new secret for the same session: its id, its ends and its sockets stay. */
  async rotate(viewer: Viewer, options: { keepFormer: boolean }): Promise<OpenedSession> {
    requireSession(viewer);
    const secret = newSecret();
    const until = new Date(this.kernel.clock.now().getTime() + formerSecretSeconds * 1000);
    const rows = await this.kernel.database.query<{ remember: boolean }>(
      `update session set secret_hash = $2, former_until = $3,
         former_hash = case when $4 then secret_hash end
       where id = $1 returning remember`,
      [viewer.credentialId, hashSecret(secret), until, options.keepFormer],
    );
    if (!rows[0]) refuse('UNAUTHENTICATED', 'This session has ended. Sign in again.');
    return { secret, maxAge: maxAgeOf(await this.sites.get(), rows[0].remember) };
  }

  /** Opens or renews the window for sensitive changes: ten minutes, up to an hour from the proof. */
  async confirm(viewer: Viewer, strength: ProofStrength): Promise<Date> {
    requireSession(viewer);
    const now = this.kernel.clock.now();
    const until = later(now, confirmationMinutes);
    await this.kernel.database.query(
      `update session set confirmed_at = $2, confirmed_until = $3, confirmed_strength = $4
       where id = $1`,
      [viewer.credentialId, now, until, strength],
    );
    return until;
  }

  /** What the proof was worth that opened this session's window, as it is now; null outside of one. */
  async confirmedStrength(viewer: Viewer): Promise<ProofStrength | null> {
    const [row] = await this.kernel.database.query<{ strength: ProofStrength }>(
      `select confirmed_strength as strength from session where id = $1 and confirmed_until > $2`,
      [viewer.credentialId, this.kernel.clock.now()],
    );
    return row?.strength ?? null;
  }

  /**
   * What the account's proofs are has changed: windows of its other sessions close, and sockets
   * learn what theirs is worth now.
   */
  async closeOtherWindows(viewer: AccountViewer): Promise<void> {
    await this.#hold(viewer.accountId);
    await this.kernel.database.query(
      'update session set confirmed_until = null where account_id = $1 and id <> $2',
      [viewer.accountId, viewer.credentialId],
    );
    await this.kernel.live.publish(credentialsChanged, { accountId: viewer.accountId });
  }

  /**
   * In the transaction of a change that would help a thief, and renews the window: waits for whoever
   * is ending this session at the moment, so that nothing is changed by who is thrown out. Holds the
   * account before the session, as everybody does; what a sign-in uses up is locked before both.
   * @throws IDENTITY_CONFIRMATION_REQUIRED once the session or its window is over
   */
  async holdConfirmed(viewer: AccountViewer): Promise<void> {
    await this.#hold(viewer.accountId);
    await this.renewConfirmation(viewer);
    if ((await this.confirmedStrength(viewer)) !== null) return;
    refuse('IDENTITY_CONFIRMATION_REQUIRED', 'Confirm that it is you, then this goes on.');
  }

  async renewConfirmation(viewer: Viewer): Promise<void> {
    if (viewer.kind !== 'session') return;
    await this.kernel.database.query(
      `update session set confirmed_until = greatest(confirmed_until,
         least($2::timestamptz, confirmed_at + ${longestConfirmationMinutes} * interval '1 minute'))
       where id = $1 and confirmed_until > $3`,
      [
        viewer.credentialId,
        later(this.kernel.clock.now(), confirmationMinutes),
        this.kernel.clock.now(),
      ],
    );
  }

  /** Those that have not ended, the caller's own first, then the latest active. */
  async list(accountId: string, viewer: Viewer): Promise<{ session: Session; endsAt: Date }[]> {
    const site = await this.sites.get();
    const rows = await this.kernel.database.em.find(
      Session,
      { accountId },
      { orderBy: { lastActiveAt: 'desc' } },
    );
    const now = this.kernel.clock.now();
    return rows
      .map((session) => ({ session, endsAt: endOf(session, site) }))
      .filter(({ endsAt }) => endsAt > now)
      .sort((a, b) => rank(b.session, viewer) - rank(a.session, viewer));
  }

  /** @throws NOT_FOUND for what is not the caller's. */
  async revoke(viewer: Viewer, id: string): Promise<void> {
    requireSession(viewer);
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a session’s id.', { field: 'id' });
    await this.kernel.database.transaction(async () => {
      const ended = await this.#end(viewer.accountId, 'id = $2', id);
      if (ended === 0) refuse('NOT_FOUND', 'This session has ended already.', { field: 'id' });
      await this.activities.record(viewer, viewer.accountId, 'session.revoked', { ended });
    });
  }

  /** @returns how many ended */
  async revokeOthers(viewer: Viewer): Promise<number> {
    requireSession(viewer);
    return this.kernel.database.transaction(async () => {
      const ended = await this.endAll(viewer.accountId, viewer.credentialId);
      if (ended > 0) {
        await this.activities.record(viewer, viewer.accountId, 'session.revoked', { ended });
      }
      return ended;
    });
  }

  /** Also when nobody is signed in any more: then it is done already. */
  async signOut(viewer: Viewer): Promise<void> {
    if (viewer.kind === 'anonymous') return;
    requireSession(viewer);
    await this.kernel.database.transaction(async () => {
      await this.#end(viewer.accountId, 'id = $2', viewer.credentialId);
      await this.activities.record(viewer, viewer.accountId, 'session.signed_out');
    });
  }

  /** Ends every session of an account but `except`; the caller records why. */
  async endAll(accountId: string, except: string | null): Promise<number> {
    return this.#end(accountId, 'id is distinct from $2', except);
  }

  async sweep(): Promise<void> {
    await this.#lucia.deleteExpiredSessions();
  }

  #end(accountId: string, which: string, id: string | null): Promise<number> {
    return this.kernel.database.transaction(async () => {
      await this.#hold(accountId);
      const rows = await this.kernel.database.query<{ id: string }>(
        `delete from session where account_id = $1 and ${which} returning id`,
        [accountId, id],
      );
      if (rows.length > 0) await this.kernel.live.publish(credentialsChanged, { accountId });
      return rows.length;
    });
  }

  /**
   * One after the other for each account: those who open at once could not see each other's session
   * to count it, and those who end several would wait for each other in a circle.
   */
  #hold(accountId: string): Promise<(SessionPolicy & { disabled_at: Date | null })[]> {
    return this.kernel.database.query(holdSql, [accountId]);
  }

  async #dropOldest(accountId: string): Promise<void> {
    await this.kernel.database.query(dropOldestSql, [accountId]);
    await this.kernel.live.publish(credentialsChanged, { accountId });
  }
}

const later = (from: Date, minutes: number) => new Date(from.getTime() + minutes * minute);

const rank = (session: Session, viewer: Viewer) => (session.id === viewer.credentialId ? 1 : 0);
