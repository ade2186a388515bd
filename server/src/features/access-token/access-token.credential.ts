import { allowsAddress, ruleAt } from '../../kernel/network/address-rule.js';
import type { CredentialEnd, CredentialSource } from '../../kernel/access/credential.js';
import { hashSecret, isWellFormedToken } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { restrictionOf } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import { disabledAmong } from '../account/disabled-accounts.js';
import { tokenPrefix } from './access-tokens.js';
import { TokenLookups } from './token-lookup.js';
import type { TokenLookup } from './token-lookup.js';
import { rightsNow } from './token-scopes.js';

/** Access tokens as the credential an Authorization header carries. */
export class AccessTokenCredential implements CredentialSource {
  readonly carrier = 'bearer';
  readonly makes = 'token';
  readonly #lookups: TokenLookups;

  constructor(private readonly kernel: Kernel) {
    this.#lookups = new TokenLookups(kernel);
  }

  async identify(secret: string, origin: Origin): Promise<Viewer | null> {
    if (!isWellFormedToken(secret, tokenPrefix)) return null;
    const found = await this.#lookups.find(hashSecret(secret));
    if (!found || this.#hasExpired(found)) return null;
    if (!this.#mayComeFrom(found, origin)) {
      const message = 'The account of this access token may not be used from this network address.';
      refuse('IP_NOT_ALLOWED', message);
    }
    if (found.disabled) refuse('ACCOUNT_DISABLED', 'The account of this access token is disabled.');
    if (!found.apiEnabled) {
      refuse('API_DISABLED', 'API access is switched off for the account of this access token.');
    }
    await this.#lookups.touch(found, origin.address);
    return viewerOf(found, origin);
  }

  async recheck(viewers: readonly Viewer[]): Promise<readonly (Viewer | CredentialEnd)[]> {
    const found = await this.#lookups.findMany(viewers.map((viewer) => viewer.credentialId!));
    const gone = viewers.filter(({ credentialId }) => !found.has(credentialId!));
    const disabled = await disabledAmong(
      this.kernel.database,
      gone.map(({ accountId }) => accountId),
    );
    return viewers.map((viewer) => {
      const lookup = found.get(viewer.credentialId!);
      if (!lookup) return disabled.has(viewer.accountId) ? 4403 : 4401;
      if (this.#hasExpired(lookup)) return 4401;
      if (lookup.disabled || !this.#mayComeFrom(lookup, viewer.origin)) return 4403;
      return lookup.apiEnabled ? viewerOf(lookup, viewer.origin) : 4401;
    });
  }

  #mayComeFrom({ addressRule }: TokenLookup, { address }: Origin): boolean {
    return allowsAddress(ruleAt(addressRule, this.kernel.clock.now()), address);
  }

  #hasExpired(lookup: TokenLookup): boolean {
    return lookup.expiresAt !== null && lookup.expiresAt <= this.kernel.clock.now();
  }
}

function viewerOf(found: TokenLookup, origin: Origin): Viewer {
  return {
    kind: 'token',
    accountId: found.accountId,
    name: found.username,
    locale: found.locale,
    ...rightsNow(found, found.scopes),
    credentialId: found.id,
    confirmedUntil: null,
    restriction: restrictionOf(found),
    endsAt: found.expiresAt,
    origin,
  };
}
