import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { networkOf, parseAddress } from '../../kernel/network/network.js';
import { prepared } from '../../kernel/database/prepared.js';
import type { Origin } from '../../kernel/access/viewer.js';
import type { Countries } from '../country/countries.js';
import { burstKey } from './failed-bursts.js';

const remembered = 50;
const prefixes = { v4: 24, v6: 48 };

interface Place {
  /** Null: the address could not be told. */
  readonly network: string | null;
  readonly country: string | null;
}

type Rule = 'NETWORK_AND_COUNTRY' | 'NETWORK_OR_COUNTRY';

interface Known extends Place {
  readonly rule: Rule;
}

// Reads what stood there before: what a statement inserts it does not see.
const rememberSql = prepared(`
  with remembered as (
    insert into sign_in_memory (id, account_id, network, country) values ($2, $1, $3, $4)
  ), ended as (
    update failed_sign_in set times = '{}', told = false where key = $5
  )
  select m.network, m.country, site.new_sign_in_rule as rule
  from sign_in_memory m cross join site
  where m.account_id = $1 order by m.id desc limit ${remembered}`);

/** Where each account's last fifty sign-ins came from, whatever became of their sessions. */
export class SignInMemory {
  constructor(
    private readonly kernel: Kernel,
    private readonly countries: Countries,
  ) {}

  /**
   * Remembers a sign-in, in its transaction, which holds the account, and ends a burst of failures.
   * @returns whether it came from where none of the last did; of the first ever, false
   */
  async succeeded(accountId: string, origin: Origin): Promise<boolean> {
    const { database } = this.kernel;
    const place = this.#placeOf(origin);
    const known = await database.query<Known>(rememberSql, [
      accountId,
      newId(),
      place.network,
      place.country,
      burstKey({ accountId }),
    ]);
    if (known.length === remembered) await this.#forgetOldest(accountId);
    return known[0] !== undefined && isUnseen(place, known, known[0].rule);
  }

  #placeOf({ address }: Origin): Place {
    const parsed = address === null ? null : parseAddress(address);
    return {
      network: parsed && networkOf(parsed, prefixes),
      country: this.countries.of(address),
    };
  }

  async #forgetOldest(accountId: string): Promise<void> {
    await this.kernel.database.query(
      `delete from sign_in_memory where id in (
         select id from sign_in_memory where account_id = $1 order by id desc offset ${remembered})`,
      [accountId],
    );
  }
}

/** Where the country is not known, the network alone decides. */
function isUnseen(place: Place, known: readonly Place[], rule: Rule): boolean {
  const newNetwork = !known.some(({ network }) => network === place.network);
  if (place.country === null) return newNetwork;
  const newCountry = !known.some(({ country }) => country === place.country);
  return rule === 'NETWORK_OR_COUNTRY' ? newNetwork || newCountry : newNetwork && newCountry;
}
