import type { Sealed } from '../../kernel/crypto/seal.js';
import { draw } from '../../kernel/crypto/token.js';
import { Refusal } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { NotTaken } from '../delivery/channel.js';
import type { Channel, Why } from '../delivery/channel.js';
import type { Channels } from '../delivery/channels.js';
import type { Destinations } from '../delivery/destinations.js';
import { refuseFor } from '../delivery/refused-address.js';
import { codeMessage } from './code-message.js';

const mostTries = 5;
const codeMinutes = 10;
const codesADay = { most: 3, seconds: 86_400 };

export interface SignalNumber {
  readonly number: string;
  readonly verified: boolean;
  /** What is to replace a verified one. */
  readonly pendingNumber: string | null;
}

interface Value {
  readonly number: string;
}

const purpose = (accountId: string) => `signal-code:${accountId}`;

/**
 * The number that Signal reaches a person at: in force once its code was typed in, and not a moment
 * before, so that nobody is written to who did not ask for it.
 */
export class SignalNumbers {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly channels: Channels,
    private readonly destinations: Destinations,
    private readonly activities: Activities,
  ) {}

  async find(accountId: string): Promise<SignalNumber | null> {
    const number = await this.#inForce(accountId);
    const pending = await this.#pending(accountId);
    if (number !== null) return { number, verified: true, pendingNumber: pending };
    return pending === null ? null : { number: pending, verified: false, pendingNumber: null };
  }

  /**
   * Sends a code to a number; null removes what is in force and what waits.
   * @throws NOT_CONFIGURED; BAD_USER_INPUT field `number`; RATE_LIMITED; UNAVAILABLE
   */
  async set(viewer: Viewer, typed: string | null): Promise<void> {
    requireAccount(viewer);
    const { accountId } = viewer;
    if (typed === null) return this.#remove(viewer);
    const channel = this.channels.find('SIGNAL');
    if (!channel) refuseFor(viewer, 'NOT_CONFIGURED', { code: 'signal.none' }, {});
    const number = numberOf(viewer, typed);
    if (number === (await this.#inForce(accountId))) return this.#forget(accountId);
    const { hasher, clock, database, sealer } = this.kernel;
    const keys = [limitKey('signal-code', accountId), limitKey('signal-code-to', number)];
    await this.#takeCode(viewer, keys);
    const code = draw('0123456789', 6);
    const hash = await hasher.hash(code);
    await this.#sendCode(viewer, channel, number, code).catch(async (error: unknown) => {
      // No code has left: the try was none.
      if (error instanceof Refusal && error.code === 'UNAVAILABLE') await this.#giveBack(keys);
      throw error;
    });
    const expiresAt = new Date(clock.now().getTime() + codeMinutes * 60_000);
    await database.query(
      `insert into signal_code (account_id, number_sealed, code_hash, expires_at)
       values ($1, $2, $3, $4)
       on conflict (account_id) do update set number_sealed = excluded.number_sealed,
         code_hash = excluded.code_hash, tries = 0, expires_at = excluded.expires_at`,
      [accountId, sealer.seal(number, purpose(accountId)), hash, expiresAt],
    );
  }

  /** @throws INVALID_CREDENTIALS for a wrong code; INVALID_TOKEN when none waits any more; field `code` */
  async verify(viewer: Viewer, typed: string): Promise<void> {
    requireAccount(viewer);
    const { accountId } = viewer;
    const { database, hasher, clock, sealer } = this.kernel;
    const now = clock.now();
    // Counted before it is checked, and outside of what follows: of many at once five are looked at.
    const [waiting] = await database.queryApart<{ hash: string; sealed: Sealed }>(
      `update signal_code set tries = tries + 1
       where account_id = $1 and tries < $2 and expires_at > $3
       returning code_hash as hash, number_sealed as sealed`,
      [accountId, mostTries, now],
    );
    if (!waiting) refuseOver(viewer);
    const code = typed.replace(/[\s-]/g, '');
    const isRight = /^\d{6}$/.test(code) && (await hasher.verify(waiting.hash, code)).ok;
    if (!isRight) {
      refuseFor(viewer, 'INVALID_CREDENTIALS', { code: 'signal.wrongCode' }, { field: 'code' });
    }
    const number = sealer.open(waiting.sealed, purpose(accountId));
    await database.transaction(async () => {
      await this.accounts.hold(accountId);
      const used = await database.query(
        'delete from signal_code where account_id = $1 and code_hash = $2 returning 1',
        [accountId, waiting.hash],
      );
      if (used.length === 0) refuseOver(viewer);
      const target = masked(number);
      const value: Value = { number };
      await this.destinations.put({ accountId, channel: 'SIGNAL', kind: 'number', target, value });
      await this.activities.record(viewer, accountId, 'channel.signal_changed', { target });
    });
  }

  async sweep(): Promise<void> {
    const { database, clock } = this.kernel;
    await database.query('delete from signal_code where expires_at <= $1', [clock.now()]);
  }

  /** Three a day for the account, and three to the number, whoever asks. */
  async #takeCode(viewer: Viewer, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const taken = await this.kernel.rateLimits.takeWindow(key, codesADay);
      if (taken.allowed) continue;
      const { retryAfter } = taken;
      const why: Why = { code: 'signal.codesADay' };
      refuseFor(viewer, 'RATE_LIMITED', why, { field: 'number', retryAfter });
    }
  }

  async #giveBack(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.kernel.rateLimits.giveBack(key);
  }

  async #sendCode(
    viewer: AccountViewer,
    channel: Channel,
    number: string,
    code: string,
  ): Promise<void> {
    const { settings, clock } = this.kernel;
    const account = await this.accounts.get(viewer.accountId);
    const message = codeMessage(account, code, settings.siteName, clock.now());
    try {
      await channel.send({ number }, { ...message, id: newId() });
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      const field = 'number';
      const { why, how } = error;
      if (how.permanent) refuseFor(viewer, 'BAD_USER_INPUT', why, { field });
      refuseFor(viewer, 'UNAVAILABLE', why, { field, retryAfter: how.retryAfter ?? 60 });
    }
  }

  async #remove(viewer: Viewer & { accountId: string }): Promise<void> {
    const { accountId } = viewer;
    await this.kernel.database.transaction(async () => {
      await this.accounts.hold(accountId);
      await this.#forget(accountId);
      if (!(await this.destinations.remove(accountId, 'SIGNAL', 'number'))) return;
      await this.activities.record(viewer, accountId, 'channel.signal_changed', { target: null });
    });
  }

  async #forget(accountId: string): Promise<void> {
    await this.kernel.database.query('delete from signal_code where account_id = $1', [accountId]);
  }

  async #inForce(accountId: string): Promise<string | null> {
    const [destination] = await this.destinations.listOpen<Value>(accountId, 'SIGNAL');
    return destination?.value.number ?? null;
  }

  async #pending(accountId: string): Promise<string | null> {
    const { database, clock, sealer } = this.kernel;
    const [row] = await database.query<{ sealed: Sealed }>(
      `select number_sealed as sealed from signal_code where account_id = $1 and expires_at > $2`,
      [accountId, clock.now()],
    );
    return row ? sealer.open(row.sealed, purpose(accountId)) : null;
  }
}

function refuseOver(viewer: Viewer): never {
  refuseFor(viewer, 'INVALID_TOKEN', { code: 'signal.codeOver' }, { field: 'code' });
}

/** People write spaces, dashes and brackets. @throws BAD_USER_INPUT */
function numberOf(viewer: Viewer, typed: string): string {
  const number = typed.length > 40 ? '' : typed.replace(/[\s().\u00a0-]/g, '');
  if (!/^\+[1-9]\d{6,14}$/.test(number)) {
    refuseFor(viewer, 'BAD_USER_INPUT', { code: 'signal.numberForm' }, { field: 'number' });
  }
  return number;
}

/** `+39…67`: enough for its owner to know it by. */
const masked = (number: string) => `${number.slice(0, 3)}…${number.slice(-2)}`;
