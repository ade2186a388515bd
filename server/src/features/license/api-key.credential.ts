import type { CredentialEnd, CredentialSource } from '../../kernel/access/credential.js';
import { hashSecret, isWellFormedToken } from '../../kernel/crypto/token.js';
import type { Kernel } from '../../kernel/feature.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import { keyPrefix } from './api-keys.js';

const usedEveryMs = 60_000;

/** Licenses' API keys, which live on other machines: they are nobody's session and open one question alone. */
export class ApiKeyCredential implements CredentialSource {
  readonly carrier = 'bearer';
  readonly makes = 'key';

  constructor(private readonly kernel: Kernel) {}

  async identify(secret: string, origin: Origin): Promise<Viewer | null> {
    if (!isWellFormedToken(secret, keyPrefix)) return null;
    const [found] = await this.kernel.database.query<{
      id: string;
      prefix: string;
      last_used_at: Date | null;
    }>('select id, prefix, last_used_at from api_key where secret_hash = $1', [hashSecret(secret)]);
    if (!found) return null;
    await this.#touch(found.id, found.last_used_at);
    return {
      ...anonymous(origin),
      kind: 'key',
      name: `API key ${found.prefix}`,
      credentialId: found.id,
    };
  }

  /** Sockets carry subscriptions, and a key may none. */
  async recheck(viewers: readonly Viewer[]): Promise<readonly (Viewer | CredentialEnd)[]> {
    return viewers.map(() => 4401);
  }

  /** Notes a use, once a minute at most. */
  async #touch(id: string, lastUsedAt: Date | null): Promise<void> {
    const now = this.kernel.clock.now();
    const before = new Date(now.getTime() - usedEveryMs);
    if (lastUsedAt !== null && lastUsedAt > before) return;
    await this.kernel.database.queryApart(
      `update api_key set last_used_at = $2
       where id = $1 and (last_used_at is null or last_used_at <= $3)`,
      [id, now, before],
    );
  }
}
