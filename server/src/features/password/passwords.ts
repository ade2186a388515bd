import { suggestPassword } from '../../kernel/crypto/suggest-password.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { networkOf, parseAddress } from '../../kernel/network.js';
import { limitKey } from '../../kernel/rate-limit.js';
import { requireAccount, requireSession } from '../../kernel/viewer.js';
import type { Origin, Viewer } from '../../kernel/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import type { OpenedSession } from '../session/sessions.js';
import { passwordPolicyOf } from '../site/sites.js';
import type { Sites } from '../site/sites.js';
import { Password } from './password.entity.js';
import { issuesOf } from './password-rule.js';

const oneTimeHours = 72;
/** Five free tries an account and network, then 30 s doubling to an hour; forgotten after a day. */
const tries = { free: 5, first: 30, most: 3_600, forget: 86_400 };

/**
 * Passwords: checked against the policy when set, kept as argon2id, tried at a bounded rate. Every
 * try is counted before the hash is compared, in a statement of its own, so that neither many at
 * once nor a refused transaction gets one for free.
 */
export class Passwords {
  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  find(accountId: string): Promise<Password | null> {
    return this.kernel.database.em.findOne(Password, accountId);
  }

  /**
   * Whether it is right. Takes as long for an account that is not there, and answers the same while
   * limited.
   * @throws RATE_LIMITED with retryAfter
   */
  async verify(
    login: string,
    account: Account | null,
    plain: string,
    origin: Origin,
  ): Promise<boolean> {
    const key = limitKey('password', account?.id ?? login.toLowerCase(), networkText(origin));
    const taken = await this.kernel.rateLimits.take(key, tries);
    if (!taken.allowed) {
      refuse('RATE_LIMITED', `Too many tries. Wait ${taken.retryAfter} seconds.`, {
        retryAfter: taken.retryAfter,
      });
    }
    const password = account && (await this.find(account.id));
    const { ok, outdated } = await this.kernel.hasher.verify(password?.hash ?? null, plain);
    const expired = password?.oneTimeUntil && password.oneTimeUntil <= this.kernel.clock.now();
    if (!ok || !password || expired) return false;
    await this.kernel.rateLimits.clear(key);
    if (outdated) {
      password.hash = await this.kernel.hasher.hash(plain);
      await this.kernel.database.em.flush();
    }
    return true;
  }

  /** Sets a password for somebody who has shown the right to. @throws WEAK_PASSWORD field `password` */
  async set(
    viewer: Viewer,
    accountId: string,
    plain: string,
    options: { oneTime: boolean; field?: string },
  ): Promise<void> {
    const { database, clock, hasher } = this.kernel;
    const account = await this.accounts.get(accountId);
    await this.check(plain, account, options.field ?? 'password');
    const hash = await hasher.hash(plain);
    const now = clock.now();
    const oneTimeUntil = options.oneTime
      ? new Date(now.getTime() + oneTimeHours * 3_600_000)
      : null;
    await database.transaction(async () => {
      await database.em.upsert(Password, { accountId, hash, changedAt: now, oneTimeUntil });
      await this.activities.record(viewer, accountId, 'password.changed', {
        oneTime: options.oneTime,
      });
    });
  }

  /** @throws WEAK_PASSWORD with `issues` and the field */
  async check(
    plain: string,
    who: { username: string; email: string },
    field: string,
  ): Promise<void> {
    const policy = passwordPolicyOf(await this.sites.get());
    const context = [who.username, who.email, this.kernel.settings.siteName];
    const issues = issuesOf(plain, policy, context);
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
    const account = await this.accounts.get(viewer.accountId);
    if (!(await this.verify(account.username, account, current ?? '', viewer.origin))) {
      refuse('INVALID_CREDENTIALS', 'The current password is not right.', {
        field: 'currentPassword',
      });
    }
    if (current === next) {
      refuse('BAD_USER_INPUT', 'Choose a password other than the present one.', {
        field: 'newPassword',
      });
    }
    return this.kernel.database.transaction(async () => {
      await this.set(viewer, account.id, next, { oneTime: false, field: 'newPassword' });
      const ended = await this.sessions.endAll(account.id, viewer.credentialId);
      await this.activities.record(viewer, account.id, 'session.ended', { ended });
      return this.sessions.rotate(viewer, { keepFormer: false });
    });
  }

  async suggest(): Promise<string> {
    return suggestPassword(passwordPolicyOf(await this.sites.get()));
  }

  /** For step-up. @throws INVALID_CREDENTIALS field `password` */
  async prove(viewer: Viewer, plain: string): Promise<void> {
    requireAccount(viewer);
    const account = await this.accounts.get(viewer.accountId);
    if (!(await this.verify(account.username, account, plain, viewer.origin))) {
      refuse('INVALID_CREDENTIALS', 'The password is not right.', { field: 'password' });
    }
  }
}

/** The network a try is counted for; what cannot be told shares one. */
function networkText(origin: Origin): string {
  const address = origin.address === null ? null : parseAddress(origin.address);
  return address ? networkOf(address, { v4: 24, v6: 64 }) : 'unknown';
}
