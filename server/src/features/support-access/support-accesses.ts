import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireConfirmed, requirePermission, systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import { AuthorizedKeysProblem } from './authorized-keys-problem.js';
import type { FileProblem } from './authorized-keys-problem.js';
import { accessLine, AuthorizedKeys, keyOf } from './authorized-keys.js';
import { endSessionsOf, openSshVersion, readsUtcExpiry } from './open-ssh.js';

export const supportPermission = 'admin.system.support';
/** Live topic: the window was opened or closed. */
export const supportAccessChanged = 'support-access';
/** Live topic: every host is to look whether its file says what the row says. */
export const supportAccessChecked = 'support-access.check';
export const endSupportAccess = { name: 'support_access.end' } as const;
const mostHours = 72;

export type SupportProblem = 'NOT_CONFIGURED' | 'OLD_OPENSSH' | 'SESSIONS_STAY_OPEN' | FileProblem;

export interface SupportStatus {
  readonly active: boolean;
  readonly enabledAt: Date | null;
  readonly enabledBy: string | null;
  readonly expiresAt: Date | null;
  readonly secondsLeft: number | null;
  readonly sshUser: string | null;
  readonly keyFingerprint: string | null;
  /** What keeps it from being opened, or what could not be done at its end. */
  readonly problem: SupportProblem | null;
}

interface Row {
  readonly enabled_at: Date | null;
  readonly enabled_by: string | null;
  readonly enabled_by_name: string | null;
  readonly expires_at: Date | null;
  readonly host: string | null;
  readonly sessions_stay: boolean;
}

interface Configured {
  readonly file: AuthorizedKeys;
  readonly publicKey: string;
  readonly sshUser: string;
}

/**
 * The support team's way onto this machine: one line in one file, which sshd itself stops honouring at
 * its hour, even when Gatehouse is down. The row and the file change under one lock; where a crash
 * left them apart, `reconcile` makes the file what the row says.
 */
export class SupportAccesses {
  readonly #configured: Configured | null;

  constructor(
    private readonly kernel: Kernel,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {
    const { authorizedKeys, publicKey, sshUser } = kernel.settings.support;
    this.#configured =
      authorizedKeys && publicKey && sshUser
        ? { file: new AuthorizedKeys(authorizedKeys, sshUser), publicKey, sshUser }
        : null;
  }

  async status(viewer: Viewer): Promise<SupportStatus> {
    requirePermission(viewer, supportPermission);
    const row = await this.#row('');
    return this.#statusOf(row, await this.#problem(row));
  }

  /**
   * Opens the window, or replaces the one that is open.
   * @throws NOT_CONFIGURED with the reason; BAD_USER_INPUT field `hours`
   */
  async enable(viewer: Viewer, hours: number): Promise<SupportStatus> {
    requirePermission(viewer, supportPermission);
    requireConfirmed(viewer, this.kernel.clock.now());
    if (!Number.isInteger(hours) || hours < 1 || hours > mostHours) {
      refuse('BAD_USER_INPUT', `Choose 1 to ${mostHours} hours.`, { field: 'hours' });
    }
    const { file, publicKey } = await this.#ready();
    const { database, clock, outbox, live } = this.kernel;
    const until = new Date(Math.floor(clock.now().getTime() / 1000) * 1000 + hours * 3_600_000);
    return database.transaction(async () => {
      await this.#row('for update');
      const details = { until: until.toISOString(), host: hostname() };
      await this.activities.record(viewer, viewer.accountId, 'support_access.enabled', details);
      await database.query(
        `update support_access set enabled_at = $1, enabled_by = $2, enabled_by_name = $3,
           expires_at = $4, host = $5, sessions_stay = false`,
        [clock.now(), viewer.accountId, viewer.name, until, hostname()],
      );
      await outbox.add(endSupportAccess, {}, { runAt: until, key: endSupportAccess.name });
      await live.publish(supportAccessChanged, {});
      await this.sessions.renewConfirmation(viewer);
      await this.#write(file, accessLine(publicKey, until));
      return this.#statusOf(await this.#row(''), null);
    });
  }

  /** Never asks for a proof: it takes a right away. Done already is done. */
  async disable(viewer: Viewer): Promise<SupportStatus> {
    requirePermission(viewer, supportPermission);
    const row = await this.#close(viewer, 'support_access.disabled');
    return this.#statusOf(row, await this.#problem(row));
  }

  /** At the window's hour. A window that was extended meanwhile stays. */
  async expire(): Promise<void> {
    const row = await this.#row('');
    if (!row.expires_at || row.expires_at > this.kernel.clock.now()) return;
    await this.#close(systemViewer, 'support_access.expired');
  }

  /** Makes this host's file what the row says: after a crash between the two, or another host's change. */
  async reconcile(): Promise<void> {
    if (!this.#configured) return;
    const { file, publicKey } = this.#configured;
    await this.expire();
    await this.kernel.database.transaction(async () => {
      const { expires_at: until, host } = await this.#row('for update');
      const line = until && host === hostname() ? accessLine(publicKey, until) : null;
      if (line === null) await this.#takeAway(file);
      else if ((await file.line()) !== line) await file.write(line);
    });
    await this.#endSessions();
  }

  /**
   * Who was let in can spoil the file: that keeps neither the window open nor him inside. The line's
   * hour is sshd's, the status says what is wrong, and every check tries again.
   */
  async #takeAway(file: AuthorizedKeys): Promise<void> {
    try {
      await file.write(null);
    } catch (error) {
      if (!(error instanceof AuthorizedKeysProblem)) throw error;
      this.kernel.log.debug({ err: error }, 'the line of the support team could not be taken away');
    }
  }

  async #close(viewer: Viewer, kind: string): Promise<Row> {
    const { database, live } = this.kernel;
    await database.transaction(async () => {
      const row = await this.#row('for update');
      if (!row.enabled_at) return;
      const about = viewer.accountId ?? row.enabled_by;
      const details = { until: row.expires_at!.toISOString(), host: row.host };
      await this.activities.record(viewer, about, kind, details);
      await database.query(
        `update support_access set enabled_at = null, enabled_by = null, enabled_by_name = null,
           expires_at = null, sessions_stay = true`,
      );
      await live.publish(supportAccessChanged, {});
      if (this.#configured && row.host === hostname()) {
        await this.#takeAway(this.#configured.file);
      }
    });
    await this.#endSessions();
    return this.#row('');
  }

  /** After the commit: nobody new gets in any more, and ending takes its seconds. */
  async #endSessions(): Promise<void> {
    const { enabled_at: isOpen, host, sessions_stay: stay } = await this.#row('');
    if (!this.#configured || isOpen || !stay || host !== hostname()) return;
    if (!(await endSessionsOf(this.#configured.sshUser))) return;
    const { database, live } = this.kernel;
    await database.transaction(async () => {
      await database.query(
        'update support_access set sessions_stay = false where enabled_at is null',
      );
      await live.publish(supportAccessChanged, {});
    });
  }

  async #row(lock: '' | 'for update'): Promise<Row> {
    const rows = await this.kernel.database.query<Row>(
      `select enabled_at, enabled_by, enabled_by_name, expires_at, host, sessions_stay
       from support_access ${lock}`,
    );
    return rows[0]!;
  }

  async #ready(): Promise<Configured> {
    if (!this.#configured) {
      refuse(
        'NOT_CONFIGURED',
        'Set SUPPORT_AUTHORIZED_KEYS, SUPPORT_PUBLIC_KEY and SUPPORT_SSH_USER first.',
      );
    }
    const version = await openSshVersion();
    if (!version || !readsUtcExpiry(version)) {
      const found = version ? `it is ${version.join('.')}` : 'there is none';
      refuse('NOT_CONFIGURED', `This needs OpenSSH 9.1 or newer on the server; ${found}.`);
    }
    return this.#configured;
  }

  async #write(file: AuthorizedKeys, line: string): Promise<void> {
    try {
      await file.write(line);
    } catch (error) {
      if (!(error instanceof AuthorizedKeysProblem)) throw error;
      refuse('NOT_CONFIGURED', `The file of keys cannot be used: ${error.message}.`);
    }
  }

  async #problem(row: Row): Promise<SupportProblem | null> {
    if (!this.#configured) return 'NOT_CONFIGURED';
    if (row.sessions_stay) return 'SESSIONS_STAY_OPEN';
    const version = await openSshVersion();
    if (!version || !readsUtcExpiry(version)) return 'OLD_OPENSSH';
    return this.#configured.file.line().then(
      (line) => (line !== null && !row.enabled_at ? 'NOT_WRITABLE' : null),
      (error: unknown) => (error instanceof AuthorizedKeysProblem ? error.problem : 'NOT_WRITABLE'),
    );
  }

  #statusOf(row: Row, problem: SupportProblem | null): SupportStatus {
    const { publicKey, sshUser } = this.kernel.settings.support;
    const left = (row.expires_at?.getTime() ?? 0) - this.kernel.clock.now().getTime();
    const active = left > 0;
    return {
      active,
      enabledAt: active ? row.enabled_at : null,
      enabledBy: active ? row.enabled_by_name : null,
      expiresAt: active ? row.expires_at : null,
      secondsLeft: active ? Math.ceil(left / 1000) : null,
      sshUser,
      keyFingerprint: publicKey && fingerprintOf(publicKey),
      problem,
    };
  }
}

/** As `ssh-keygen -l` prints it. */
function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(keyOf(publicKey).split(' ')[1]!, 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
