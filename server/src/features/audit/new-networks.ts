import type { Database } from '../../kernel/database.js';
import { networkOf, parseAddress } from '../../kernel/network.js';
import type { Countries } from '../country/countries.js';
import type { ActivityRow } from './activity-list.js';

const remembered = 50;

const before = `
  select r.id, array(
    select p.address from activity_entry o join activity_person p on p.activity_id = o.id
    where o.account_id = r.account_id and o.kind = 'sign_in.succeeded' and (o.at, o.id) < (r.at, r.id)
    order by o.at desc, o.id desc limit ${remembered}) as addresses
  from activity_entry r where r.id = any($1)`;

/**
 * Sign-ins from where none of the fifty before them came: another network (/24, /48) in another
 * country, or where the country is not known another network. The first ever is none.
 */
export class NewNetworks {
  constructor(
    private readonly database: Database,
    private readonly countries: Countries,
  ) {}

  /** @returns the ids of such rows among these, by one statement */
  async among(rows: readonly ActivityRow[]): Promise<ReadonlySet<string>> {
    const signIns = rows.filter(({ kind, address }) => kind === 'sign_in.succeeded' && address);
    if (signIns.length === 0) return new Set();
    const found = await this.database.query<{ id: string; addresses: (string | null)[] }>(before, [
      signIns.map(({ id }) => id),
    ]);
    const former = new Map(found.map(({ id, addresses }) => [id, addresses]));
    const isNew = (row: ActivityRow) => this.#isNew(row.address, former.get(row.id) ?? []);
    return new Set(signIns.filter(isNew).map(({ id }) => id));
  }

  #isNew(address: string | null, former: readonly (string | null)[]): boolean {
    if (former.length === 0) return false;
    const country = this.countries.of(address);
    const isKnown = (other: string | null) =>
      networkOfText(other) === networkOfText(address) ||
      (country !== null && this.countries.of(other) === country);
    return !former.some(isKnown);
  }
}

function networkOfText(address: string | null): string | null {
  const parsed = address === null ? null : parseAddress(address);
  return parsed && networkOf(parsed, { v4: 24, v6: 48 });
}
