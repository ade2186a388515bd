import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

const leaves = `select string_agg(leaf #>> '{}', ' ')
  from jsonb_path_query(p.details, 'strict $.** ? (@.type() != "object" && @.type() != "array")') leaf`;

/** Somebody who is known, and is not the account's own; a stranger's name may be anybody's. */
const byAnother = `e.actor_kind = 'command' or (e.actor_id is not null and e.actor_id <> e.account_id)`;

/**
 * What the log says of a person. The entries stay, sealed and without a name: which account it was
 * nobody can tell any more, only that it was the same one, and which administrator did what to it.
 */
export class PersonalActivity implements PersonalData {
  readonly name = 'activity';
  readonly tables = ['activity_entry', 'activity_person'];

  constructor(private readonly database: Database) {}

  async export(accountId: string): Promise<Json> {
    const [row] = await this.database.query<{ all: Json }>(
      `select coalesce(jsonb_agg(jsonb_build_object('at', at, 'kind', kind, 'actor', actor,
           'address', address, 'userAgent', user_agent, 'details', details, 'reference', reference)
         order by at, id), '[]') as all
       from activity where account_id = $1`,
      [accountId],
    );
    return row!.all;
  }

  async erase(accountId: string): Promise<void> {
    const { database } = this;
    await this.#emptyQuotes(accountId);
    await database.query(
      `update activity_person p set actor = null, address = null, user_agent = null, doer_salt = null,
         search = lower(concat_ws(' ', e.kind, e.reference, (${leaves})))
       from activity_entry e
       where e.id = p.activity_id and e.actor_id = $1 and e.actor_id is distinct from e.account_id`,
      [accountId],
    );
    await this.#keepOthers(accountId);
    await database.query(
      `delete from activity_person p using activity_entry e
       where e.id = p.activity_id and e.account_id = $1 and not (${byAnother})`,
      [accountId],
    );
  }

  /** What an administrator or the command line did to the person stays theirs to answer for. */
  async #keepOthers(accountId: string): Promise<void> {
    await this.database.query(
      `update activity_person p set details = null, details_salt = null,
         search = lower(concat_ws(' ', e.kind, e.reference, p.actor, p.address))
       from activity_entry e where e.id = p.activity_id and e.account_id = $1 and (${byAnother})`,
      [accountId],
    );
  }

  /** Others' acts may name the person, as an invite does its address. */
  async #emptyQuotes(accountId: string): Promise<void> {
    await this.database.query(
      `update activity_person p set details = null, details_salt = null,
         search = lower(concat_ws(' ', e.kind, e.reference, p.actor, p.address))
       from activity_entry e, account a
       where a.id = $1 and e.id = p.activity_id and e.account_id is distinct from a.id
         and (p.search like '%' || lower(a.email) || '%' or p.search like '%' || a.username || '%')
         and exists (
           select 1 from jsonb_path_query(p.details, 'strict $.** ? (@.type() == "string")') leaf
           where lower(leaf #>> '{}') in (a.username, lower(a.email), a.email_canonical))`,
      [accountId],
    );
  }

  /** Empties what happened before. @returns how many */
  async forgetBefore(instant: Date): Promise<number> {
    const rows = await this.database.query(
      `delete from activity_person where activity_id in (
         select e.id from activity_entry e join activity_person p on p.activity_id = e.id
         where e.at < $1 limit 10000)
       returning activity_id`,
      [instant],
    );
    return rows.length;
  }
}
