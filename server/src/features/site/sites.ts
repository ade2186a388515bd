import { readFileSync } from 'node:fs';
import type { Sealed, Sealer } from '../../kernel/crypto/seal.js';
import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Site } from './site.entity.js';
import type { SiteView } from './site.view.js';

/** Longer passwords only cost hashing time. */
export const maxPasswordLength = 256;
const version = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;

/**
 * What the whole site is: its name, its policy, whether it was set up. The set-up token works once
 * and is known only as a hash.
 */
export class Sites {
  constructor(private readonly kernel: Kernel) {}

  get(): Promise<Site> {
    return this.kernel.database.em.findOneOrFail(Site, 1);
  }

  async facts(): Promise<SiteView> {
    const { settings } = this.kernel;
    const site = await this.get();
    return {
      name: settings.siteName,
      needsSetUp: site.setUpAt === null,
      registration: site.registration,
      passwordPolicy: passwordPolicyOf(site),
      locales: ['EN', 'IT'],
      // Discord's webhooks are people's own, and need no provider of the site's.
      channels: [
        'IN_APP',
        'EMAIL',
        'DISCORD',
        ...(settings.signal.apiUrl === null ? [] : (['SIGNAL'] as const)),
        'WEBHOOK',
      ],
      supportContact: settings.supportContact,
      version,
    };
  }

  /**
   * The token that makes the first administrator, the same at every start until it is used.
   * @returns what to print: null once the site is set up, or when the operator chose the token.
   */
  async offerSetUp(): Promise<string | null> {
    const { database, settings, sealer } = this.kernel;
    if (settings.setupToken !== null) {
      await database.query(
        `update site set setup_token_hash = $1, setup_token_sealed = null where set_up_at is null`,
        [hashSecret(settings.setupToken)],
      );
      return null;
    }
    const token = newSecret();
    await database.query(
      `update site set setup_token_hash = $1, setup_token_sealed = $2
       where set_up_at is null and setup_token_sealed is null`,
      [hashSecret(token), sealer.seal(token, 'setup-token')],
    );
    const site = await this.get();
    if (!site.setupTokenSealed) return null;
    return sealer.open(site.setupTokenSealed as Sealed, 'setup-token');
  }

  /** Redeems the token; of many at once exactly one. @throws INVALID_TOKEN */
  async redeemSetUp(token: string): Promise<void> {
    const rows = await this.kernel.database.query(
      `update site set setup_token_hash = null, setup_token_sealed = null, set_up_at = $2
       where set_up_at is null and setup_token_hash = $1 returning id`,
      [hashSecret(token), this.kernel.clock.now()],
    );
    if (rows.length === 0) {
      refuse('INVALID_TOKEN', 'This set-up token is not right, or the site was set up already.', {
        field: 'token',
      });
    }
  }

  /** The command line made the first administrator: the printed token must open nothing any more. */
  async closeSetUp(): Promise<void> {
    await this.kernel.database.query(
      `update site set setup_token_hash = null, setup_token_sealed = null, set_up_at = $1
       where set_up_at is null`,
      [this.kernel.clock.now()],
    );
  }

  /**
   * A database belongs to one key: with another one nothing sealed in it could be opened. The
   * newest of several is noted, so that the old one can be dropped after a rotation.
   */
  async claimKey(sealer: Sealer): Promise<void> {
    const site = await this.get();
    if (site.keyFingerprint && !sealer.knows(site.keyFingerprint)) {
      throw new Error(
        'SECRET_KEY is not the key this database was sealed with. Set that key again, or list it after the new one (SECRET_KEY=new,old).',
      );
    }
    await this.kernel.database.query('update site set key_fingerprint = $1', [
      sealer.fingerprint(),
    ]);
  }
}

export function passwordPolicyOf(site: Site): SiteView['passwordPolicy'] {
  const {
    minLength,
    requireUppercase,
    requireLowercase,
    requireDigit,
    requireSymbol,
    refuseCommon,
  } = site;
  return {
    minLength,
    maxLength: maxPasswordLength,
    requireUppercase,
    requireLowercase,
    requireDigit,
    requireSymbol,
    refuseCommon,
  };
}
