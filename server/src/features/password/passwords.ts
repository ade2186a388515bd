import { preparePassword } from '../../kernel/crypto/password-hash.js';
import { suggestPassword } from '../../kernel/crypto/suggest-password.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import { prepared } from '../../kernel/database/prepared.js';
import { requireAccount, requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import type { OpenedSession } from '../session/sessions.js';
import { passwordPolicyOf } from '../site/sites.js';
import type { Sites } from '../site/sites.js';
import { Password } from './password.entity.js';
import { issuesOf } from './password-rule.js';
import { PasswordTries } from './password-tries.js';
import type { Tried } from './password-tries.js';
import type { PasswordWitness } from './password-witness.js';

const oneTimeHours = 72;

interface Read {
  readonly hash: string | null;
  readonly one_time_until: Date | null;
  /** Where the account's sessions were opened. */
  readonly addresses: readonly string[];
}

// One row also for nobody (null), so that it takes as long.
const readSql = prepared(`
  select p.hash, p.one_time_until,
    array(select distinct address from session where account_id = tried.id and address is not null)
      as addresses
  from (select $1::uuid as id) as tried left join password p on p.account_id = tried.id`);
const holdSql = prepared('select hash from password where account_id = $1 for update');
/** Purposes of links that let a person choose a password; they die with any change of it. */
export const passwordLinks: readonly string[] = ['welcome', 'reset-password'];

/**
 * Passwords: checked against the policy when set, kept as argon2id, tried at a bounded rate. Every
 * try is counted before the hash is compared, in a statement of its own, so that neither many at
 * once nor a refused transaction gets one for free.
 */
export class Passwords {
  readonly #tries: PasswordTries;
  readonly #links: Links;
  readonly #witnesses: PasswordWitness[] = [];

  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {
    this.#tries = new PasswordTries(kernel);
    this.#links = new Links(kernel.database, kernel.clock);
  }

  register(witness: PasswordWitness): void {
    this.#witnesses.push(witness);
  }

  find(accountId: string): Promise<Password | null> {
    return this.kernel.database.em.findOne(Password, accountId);
  }

  /**
   * Takes as long, and as many statements, for a name that is nobody's, and answers the same while
   * limited.
   * @param options `barred`: the answer is null and takes as long, right or wrong; nor may a right one
   * begin the count of tries anew, which would tell that it was right
   * @returns the hash it was right for, or null. Hashing takes time, so whoever acts on it asks
   * `holds` in his transaction whether it is still the one.
   * @throws RATE_LIMITED with retryAfter; BAD_USER_INPUT for what no password can be
   */
  async verify(
    tried: Tried,
    plain: string,
    origin: Origin,
    options: { readonly field?: string; readonly barred?: boolean } = {},
  ): Promise<string | null> {
    const { database, hasher, clock } = this.kernel;
    preparePassword(plain, options.field ?? 'password');
    const accountId = 'accountId' in tried ? tried.accountId : null;
    const [read] = await database.query<Read>(readSql, [accountId]);
    const { hash, one_time_until: until, addresses } = read!;
    await this.#take(tried, origin, addresses);
    const { ok, outdated } = await hasher.verify(options.barred ? null : hash, plain);
    const isOver = until !== null && until <= clock.now();
    if (!ok || hash === null || accountId === null || isOver) {
      await this.#tell(tried, origin);
      return null;
    }
    await this.#tries.forget(accountId, origin);
    return outdated ? this.#hashAgain(accountId, hash, plain) : hash;
  }

  /** Whether this is the account's hash (null: it has none), which then stays so until the transaction ends. */
  async holds(accountId: string, hash: string | null): Promise<boolean> {
    const rows = await this.kernel.database.query<{ hash: string }>(holdSql, [accountId]);
    return (rows[0]?.hash ?? null) === hash;
  }

  /** Sets a password for somebody who has shown the right to. @throws WEAK_PASSWORD with the field */
  async set(
    viewer: Viewer,
    accountId: string,
    plain: string,
    options: { oneTime: boolean; field?: string },
  ): Promise<void> {
    await this.kernel.database.transaction(async () => {
      await this.replace(accountId, plain, options);
      const { oneTime } = options;
      await this.activities.record(viewer, accountId, 'password.changed', { oneTime });
    });
  }

  /** The same for who records it by a name of his own. @throws WEAK_PASSWORD with the field */
  async replace(
    accountId: string,
    plain: string,
    options: { oneTime: boolean; field?: string },
  ): Promise<void> {
    const { database, clock, hasher } = this.kernel;
    const { oneTime, field = 'password' } = options;
    const account = await this.accounts.get(accountId);
    await this.check(plain, account, field);
    const hash = await hasher.hash(plain, field);
    const now = clock.now();
    const oneTimeUntil = oneTime ? new Date(now.getTime() + oneTimeHours * 3_600_000) : null;
    await database.transaction(async () => {
      await database.em.upsert(Password, { accountId, hash, changedAt: now, oneTimeUntil });
      for (const purpose of passwordLinks) await this.#links.revoke(purpose, accountId);
    });
  }

  /** For who will lock the account next: it and its links, in the order of everybody else. */
  async holdWithLinks(accountId: string): Promise<void> {
    await this.hold(accountId);
    for (const purpose of passwordLinks) await this.#links.revoke(purpose, accountId);
  }

  /** Others who would change it wait until the transaction ends. To be locked before links and account. */
  async hold(accountId: string): Promise<void> {
    await this.kernel.database.query(holdSql, [accountId]);
  }

  /** Gives an account that was just made the password its owner chose before. */
  async adopt(accountId: string, hash: string): Promise<void> {
    const { database, clock } = this.kernel;
    const password = { accountId, hash, changedAt: clock.now(), oneTimeUntil: null };
    await database.em.persist(database.em.create(Password, password)).flush();
  }

  /** @throws WEAK_PASSWORD with `issues` and the field */
  async check(
    plain: string,
    who: { username: string; email: string },
    field: string,
  ): Promise<void> {
    const policy = passwordPolicyOf(await this.sites.get());
    const context = [who.username, who.email, this.kernel.settings.siteName];
    // As it will be hashed: the full-width letters of a common password are that password.
    const issues = issuesOf(plain.normalize('NFKC'), policy, context);
    if (issues.length === 0) return;
    refuse('WEAK_PASSWORD', 'This password does not meet the site’s rules.', { field, issues });
  }

  /** Ends every other session in the same transaction. @returns the session's new secret */
  async change(
    viewer: Viewer,
    current: string | null | undefined,
    next: string,
  ): Promise<OpenedSession> {
    requireSession(viewer);
    const { accountId } = viewer;
    const field = 'currentPassword';
    const wrong = () =>
      refuse('INVALID_CREDENTIALS', 'The current password is not right.', { field });
    let hash: string | null = null;
    if (await this.find(accountId)) {
      hash = await this.verify({ accountId }, current ?? '', viewer.origin, { field });
      if (hash === null) wrong();
    } else requireConfirmed(viewer, this.kernel.clock.now());
    if (current?.normalize('NFKC') === next.normalize('NFKC')) {
      refuse('BAD_USER_INPUT', 'Choose a password other than the present one.', {
        field: 'newPassword',
      });
    }
    return this.kernel.database.transaction(async () => {
      if (!(await this.holds(accountId, hash))) wrong();
      await this.set(viewer, accountId, next, { oneTime: false, field: 'newPassword' });
      const ended = await this.sessions.endAll(accountId, viewer.credentialId);
      await this.activities.record(viewer, accountId, 'session.ended', { ended });
      return this.sessions.rotate(viewer, { keepFormer: false });
    });
  }

  /** After a reset: who has chosen a new password need not wait for the tries of the old one. */
  forgetTries(accountId: string, origin: Origin): Promise<void> {
    return this.#tries.forget(accountId, origin);
  }

  async suggest(): Promise<string> {
    return suggestPassword(passwordPolicyOf(await this.sites.get()));
  }

  /** For step-up. @throws INVALID_CREDENTIALS field `password` */
  async prove(viewer: Viewer, plain: string): Promise<void> {
    requireAccount(viewer);
    if (await this.verify({ accountId: viewer.accountId }, plain, viewer.origin)) return;
    refuse('INVALID_CREDENTIALS', 'The password is not right.', { field: 'password' });
  }

  /** A try that is not even looked at is one of somebody who tries. */
  async #take(tried: Tried, origin: Origin, addresses: readonly string[]): Promise<void> {
    try {
      await this.#tries.take(tried, origin, addresses);
    } catch (error) {
      await this.#tell(tried, origin);
      throw error;
    }
  }

  async #tell(tried: Tried, origin: Origin): Promise<void> {
    for (const witness of this.#witnesses) await witness.failed(tried, origin);
  }

  /**
   * Only in place of the hash that was checked, or a change made meanwhile would be undone.
   * @returns the one that is kept: somebody else may have hashed the same password again, too
   */
  async #hashAgain(accountId: string, former: string, plain: string): Promise<string> {
    const { database, hasher } = this.kernel;
    const hash = await hasher.hash(plain);
    const kept = await database.query(
      'update password set hash = $3 where account_id = $1 and hash = $2 returning 1',
      [accountId, former, hash],
    );
    if (kept.length > 0) return hash;
    const [read] = await database.query<Read>(readSql, [accountId]);
    const { ok } = await hasher.verify(read!.hash, plain);
    return ok ? read!.hash! : former;
  }
}
