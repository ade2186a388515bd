import { allowsAddress, ruleAt } from '../../kernel/address-rule.js';
import type { CredentialEnd, CredentialSource } from '../../kernel/credential.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { restrictionOf } from '../../kernel/viewer.js';
import type { Origin, Viewer } from '../../kernel/viewer.js';
import type { SessionLookup } from './session-store.js';
import type { Sessions } from './sessions.js';

/** Sessions as the credential a cookie carries. */
export class SessionCredential implements CredentialSource {
  readonly carrier = 'cookie';
  readonly makes = 'session';

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

  async recheck(viewers: readonly Viewer[]): Promise<readonly (Viewer | CredentialEnd)[]> {
    const found = await this.sessions.store.findMany(viewers.map((viewer) => viewer.credentialId!));
    const now = this.kernel.clock.now();
    return viewers.map((viewer) => {
      const lookup = found.get(viewer.credentialId!);
      if (!lookup || lookup.endsAt <= now) return 4401;
      if (lookup.disabled || !this.#mayComeFrom(lookup, viewer.origin)) return 4403;
      return viewerOf(lookup, viewer.origin);
    });
  }

  #mayComeFrom({ addressRule }: SessionLookup, { address }: Origin): boolean {
    return allowsAddress(ruleAt(addressRule, this.kernel.clock.now()), address);
  }
}

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
