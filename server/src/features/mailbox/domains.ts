import { parseEmail } from '../../kernel/text/address.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Limits } from '../limit/limits.js';
import type { Notices } from '../notification/notices.js';

export interface Domain {
  /** In ASCII (IDNA), lower case. */
  readonly name: string;
  readonly createdAt: Date;
}

const mostDomains = 10_000;

/** The domains that a mail server keeps for an account. A domain is one account's. */
export class Domains {
  constructor(
    private readonly kernel: Kernel,
    private readonly limits: Limits,
    private readonly notices: Notices,
  ) {}

  /** Tells the owner of one that is new. @throws NOT_FOUND field `username`, BAD_USER_INPUT or TAKEN field `name` */
  async put(viewer: Viewer, username: string, text: string): Promise<Domain> {
    requirePermission(viewer, 'admin.users');
    const name = requireDomain(text);
    const accountId = await this.limits.accountOf(username);
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      const [made] = await database.query<Domain>(
        `insert into domain (account_id, name, created_at)
         select $1, $2, $3 where (select count(*) from domain where account_id = $1) < ${mostDomains}
         on conflict (name) do nothing returning name, created_at as "createdAt"`,
        [accountId, name, clock.now()],
      );
      if (!made) return this.#known(accountId, name);
      await this.notices.send({
        type: 'domain.created',
        audience: { accountIds: [accountId] },
        texts: null,
        url: '/limits#domains',
        data: { object: name, domain: name, event: 'created' },
      });
      return made;
    });
  }

  /** @returns false when it was gone already. @throws NOT_FOUND field `username` */
  async remove(viewer: Viewer, username: string, text: string): Promise<boolean> {
    requirePermission(viewer, 'admin.users');
    const name = requireDomain(text);
    const accountId = await this.limits.accountOf(username);
    const gone = await this.kernel.database.query(
      'delete from domain where account_id = $1 and name = $2 returning 1',
      [accountId, name],
    );
    return gone.length > 0;
  }

  async #known(accountId: string, name: string): Promise<Domain> {
    const [known] = await this.kernel.database.query<Domain & { account_id: string }>(
      'select account_id, name, created_at as "createdAt" from domain where name = $1',
      [name],
    );
    if (!known) {
      refuse('LIMIT_REACHED', `An account has at most ${mostDomains} domains.`, { field: 'name' });
    }
    if (known.account_id !== accountId) {
      const message = 'This domain belongs to another user. Remove it there first.';
      refuse('TAKEN', message, { field: 'name' });
    }
    return known;
  }
}

function requireDomain(text: string): string {
  const canonical = parseEmail(`postmaster@${text.trim()}`)?.canonical;
  if (canonical !== undefined) return canonical.slice('postmaster@'.length);
  refuse('BAD_USER_INPUT', 'This is not a domain, such as example.org.', { field: 'name' });
}
