import { allowsAddress, ruleAt } from '../../kernel/network/address-rule.js';
import type { CredentialEnd, CredentialSource } from '../../kernel/access/credential.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { restrictionOf } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import { disabledAmong } from '../account/disabled-accounts.js';
import type { SessionLookup } from './session-store.js';
import type { Sessions } from './sessions.js';

/** Sessions as the credential a cookie carries. */
export class SessionCredential implements CredentialSource {
  readonly carrier = 'cookie';
  readonly makes = 'session';
  /** Of open sockets: what was read, and of which version of their rows. */
  readonly #known = new WeakMap<Viewer, { version: string; lookup: SessionLookup }>();

  constructor(
    private readonly kernel: Kernel,
    private readonly sessions: Sessions,
  ) {}

  async identify(secret: string, origin: Origin): Promise<Viewer | null> {
    const found = await this.sessions.validate(secret);
    if (!found) return null;
    if (!this.#mayComeFrom(found, origin)) {
      refuse('IP_NOT_ALLOWED', 'This account may not be used from your network address.');
    }
    if (found.disabled) refuse('ACCOUNT_DISABLED', 'This account is disabled.');
    await this.sessions.touch(found);
    return viewerOf(found, origin);
  }

  /** Of those whose rows are as they were, only the clock is asked anew; they stay the same objects. */
  async recheck(viewers: readonly Viewer[]): Promise<readonly (Viewer | CredentialEnd)[]> {
    const versions = await this.sessions.store.versions(viewers.map(idOf));
    const changed = viewers.filter((viewer) => {
      const known = this.#known.get(viewer);
      return !known || known.version !== versions.get(idOf(viewer));
    });
    const anew = changed.length > 0 ? await this.#readAnew(changed, versions) : null;
    return viewers.map(
      (viewer) =>
        anew?.get(viewer) ?? this.#endOf(this.#known.get(viewer)!.lookup, viewer) ?? viewer,
    );
  }

  /** After their versions: what changes in between is read once more the next time. */
  async #readAnew(
    viewers: readonly Viewer[],
    versions: ReadonlyMap<string, string>,
  ): Promise<Map<Viewer, Viewer | CredentialEnd>> {
    const found = await this.sessions.store.findMany(viewers.map(idOf));
    const gone = viewers.filter((viewer) => !found.has(idOf(viewer)));
    const disabled = await disabledAmong(
      this.kernel.database,
      gone.map(({ accountId }) => accountId),
    );
    const now = (viewer: Viewer): Viewer | CredentialEnd => {
      const lookup = found.get(idOf(viewer));
      if (!lookup) return disabled.has(viewer.accountId) ? 4403 : 4401;
      const end = this.#endOf(lookup, viewer);
      if (end) return end;
      const made = viewerOf(lookup, viewer.origin);
      const version = versions.get(idOf(viewer));
      if (version !== undefined) this.#known.set(made, { version, lookup });
      return made;
    };
    return new Map(viewers.map((viewer) => [viewer, now(viewer)]));
  }

  #endOf(lookup: SessionLookup, { origin }: Viewer): CredentialEnd | null {
    if (lookup.endsAt <= this.kernel.clock.now()) return 4401;
    return lookup.disabled || !this.#mayComeFrom(lookup, origin) ? 4403 : null;
  }

  #mayComeFrom({ addressRule }: SessionLookup, { address }: Origin): boolean {
    return allowsAddress(ruleAt(addressRule, this.kernel.clock.now()), address);
  }
}

const idOf = (viewer: Viewer) => viewer.credentialId!;

function viewerOf(found: SessionLookup, origin: Origin): Viewer {
  return {
    kind: 'session',
    accountId: found.accountId,
    locale: found.locale,
    name: found.username,
    permissions: new Set(found.permissions),
    scopes: null,
    credentialId: found.id,
    confirmedUntil: found.confirmedUntil,
    restriction: restrictionOf(found),
    endsAt: found.endsAt,
    origin,
  };
}
