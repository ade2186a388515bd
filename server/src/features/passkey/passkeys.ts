import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Factors } from '../factor/factors.js';
import type { Sessions } from '../session/sessions.js';
import { authenticatorName } from './authenticators.js';
import type { Ceremonies, OpenCeremony } from './ceremonies.js';
import { parseRegistration } from './passkey-answer.js';
import type { PasskeyAnswer } from './passkey-answer.js';
import { Passkey } from './passkey.entity.js';
import type { UserHandles } from './user-handles.js';
import type { MadeCredential, WebAuthn } from './web-authn.js';

const mostPasskeys = 20;
const mostNameLength = 64;
const unnamed = 'Passkey';

/** The passkeys of an account: at most twenty, and never none where nothing else lets its owner in. */
export class Passkeys {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly factors: Factors,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
    private readonly handles: UserHandles,
    private readonly ceremonies: Ceremonies,
    private readonly webAuthn: WebAuthn,
  ) {}

  /** Oldest first. */
  list(accountId: string): Promise<Passkey[]> {
    return this.kernel.database.em.find(
      Passkey,
      { accountId },
      { orderBy: { createdAt: 'asc', id: 'asc' } },
    );
  }

  async startRegistration(viewer: Viewer, browser: string): Promise<OpenCeremony> {
    requireSession(viewer);
    requireConfirmed(viewer, this.kernel.clock.now());
    const { accountId } = viewer;
    const held = await this.list(accountId);
    // Kinder here than after the person has made one; what decides is the count when it is added.
    if (held.length >= mostPasskeys) refuseMore();
    const user = userOf(await this.accounts.get(accountId), await this.handles.claim(accountId));
    const ceremony = { purpose: 'REGISTRATION', accountId } as const;
    const excluded = held.map((passkey) => passkey.known());
    return this.ceremonies.start(ceremony, browser, viewer.origin, (challenge) =>
      this.webAuthn.creationOptions(challenge, user, excluded),
    );
  }

  /**
   * @param name null or blank: the authenticator's model, where it is known
   * @throws INVALID_TOKEN, INVALID_CREDENTIALS for an answer that is not right, LIMIT_REACHED, CONFLICT
   */
  async finishRegistration(
    viewer: Viewer,
    answer: PasskeyAnswer,
    name: string | null | undefined,
  ): Promise<Passkey> {
    requireSession(viewer);
    requireConfirmed(viewer, this.kernel.clock.now());
    const { accountId } = viewer;
    const given = name?.trim() ? cleanName(name) : null;
    const ceremony = { purpose: 'REGISTRATION', accountId } as const;
    const challenge = await this.ceremonies.burn(answer.ceremonyId, ceremony, answer.browser);
    const made = await this.webAuthn.checkMade(parseRegistration(answer.response), challenge);
    if (!made) {
      refuse('INVALID_CREDENTIALS', 'This passkey was not made for this site and account.', {
        field: 'response',
      });
    }
    return this.kernel.database.transaction(async () => {
      await this.handles.hold(accountId);
      await this.sessions.holdConfirmed(viewer);
      if ((await this.#count(accountId)) >= mostPasskeys) refuseMore();
      const passkey = await this.#insert(accountId, made, given);
      const told = { name: passkey.name, authenticator: authenticatorName(made.aaguid) };
      await this.activities.record(viewer, accountId, 'passkey.added', told);
      return passkey;
    });
  }

  /** Asks for no step-up: it changes no right. @throws NOT_FOUND for what is not the caller's */
  async rename(viewer: Viewer, id: string, name: string): Promise<Passkey> {
    requireSession(viewer);
    checkId(id);
    const clean = cleanName(name);
    const { accountId } = viewer;
    const { em } = this.kernel.database;
    return this.kernel.database.transaction(async () => {
      const passkey = (await em.findOne(Passkey, { id, accountId })) ?? refuseUnknown();
      const former = passkey.name;
      if (former === clean) return passkey;
      passkey.name = clean;
      await em.flush();
      await this.activities.record(viewer, accountId, 'passkey.renamed', { name: clean, former });
      return passkey;
    });
  }

  /** @throws NOT_FOUND for what is not the caller's, WOULD_LOCK_OUT for the last way to sign in */
  async remove(viewer: Viewer, id: string): Promise<void> {
    requireSession(viewer);
    requireConfirmed(viewer, this.kernel.clock.now());
    checkId(id);
    const { accountId } = viewer;
    const { database } = this.kernel;
    await database.transaction(async () => {
      await this.handles.hold(accountId);
      const [gone] = await database.query<{ name: string }>(
        'delete from passkey where id = $1 and account_id = $2 returning name',
        [id, accountId],
      );
      await this.sessions.holdConfirmed(viewer);
      if (!gone) refuseUnknown();
      const hasPassword = await this.factors.find('password')?.has(accountId);
      if (!hasPassword && (await this.#count(accountId)) === 0) {
        refuse(
          'WOULD_LOCK_OUT',
          'This is the only way to sign in to this account. Set a password or add another passkey first.',
          { field: 'id' },
        );
      }
      await this.activities.record(viewer, accountId, 'passkey.removed', { ...gone });
    });
  }

  async #count(accountId: string): Promise<number> {
    const [held] = await this.kernel.database.query<{ count: number }>(
      'select count(*)::int as count from passkey where account_id = $1',
      [accountId],
    );
    return held!.count;
  }

  /** A credential belongs to one account for ever (WebAuthn level 3 §7.1 step 26). */
  async #insert(accountId: string, made: MadeCredential, name: string | null): Promise<Passkey> {
    const { database, clock } = this.kernel;
    const rows = await database.query<{ id: string }>(
      `insert into passkey (id, account_id, credential_id, public_key, sign_count, backup_eligible,
         backed_up, transports, aaguid, name, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (credential_id) do nothing returning id`,
      [
        newId(),
        accountId,
        made.credentialId,
        Buffer.from(made.publicKey),
        made.signCount,
        made.backupEligible,
        made.backedUp,
        made.transports,
        made.aaguid,
        name ?? authenticatorName(made.aaguid) ?? unnamed,
        clock.now(),
      ],
    );
    if (!rows[0]) refuse('CONFLICT', 'This passkey is in use already.', { field: 'response' });
    return database.em.findOneOrFail(Passkey, rows[0].id);
  }
}

/** Authenticators show both names, in the list to choose from. */
const userOf = (account: Account, handle: string) => ({
  handle,
  name: account.username,
  displayName: account.name(),
});

const cleanName = (name: string) => cleanText(name, { field: 'name', min: 1, max: mostNameLength });

function checkId(id: string): void {
  if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a passkey’s id.', { field: 'id' });
}

function refuseUnknown(): never {
  refuse('NOT_FOUND', 'This passkey is gone already.', { field: 'id' });
}

function refuseMore(): never {
  refuse('LIMIT_REACHED', `An account has at most ${mostPasskeys} passkeys. Remove one first.`);
}
