import type { Kernel } from '../../kernel/feature.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { ApiKey, License } from './license.entity.js';

export interface LicenseChecked {
  readonly id: string;
  readonly product: string;
  /** False: revoked, or its holder is disabled. */
  readonly active: boolean;
  readonly issuedAt: Date;
  readonly apiKey: ApiKey;
}

/** What a tool asks with its key: of itself and nothing else. */
export class LicenseChecks {
  constructor(private readonly kernel: Kernel) {}

  /** Null for whoever asks without a key. */
  async check(viewer: Viewer): Promise<LicenseChecked | null> {
    if (viewer.kind !== 'key') return null;
    const { database } = this.kernel;
    const apiKey = await database.em.findOne(ApiKey, viewer.credentialId!);
    const license = apiKey && (await database.em.findOne(License, apiKey.licenseId));
    if (!apiKey || !license) return null;
    const [holder] = await database.query<{ disabled: boolean }>(
      'select disabled_at is not null as disabled from account where id = $1',
      [license.accountId],
    );
    const { id, product, issuedAt } = license;
    return { id, product, issuedAt, apiKey, active: license.active() && !holder!.disabled };
  }
}
