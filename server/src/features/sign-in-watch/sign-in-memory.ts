import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { networkOf, parseAddress } from '../../kernel/network.js';
import type { Origin } from '../../kernel/viewer.js';
import type { Countries } from '../country/countries.js';

const remembered = 50;
const prefixes = { v4: 24, v6: 48 };

interface Place {
  /** Null: the address could not be told. */
  readonly network: string | null;
  readonly country: string | null;
}

type Rule = 'NETWORK_AND_COUNTRY' | 'NETWORK_OR_COUNTRY';

/** Where each account's last fifty sign-ins came from, whatever became of their sessions. */
export class SignInMemory {
  constructor(
    private readonly kernel: Kernel,
    private readonly countries: Countries,
  ) {}

  /**
   * Remembers a sign-in, in its transaction, which holds the account.
   * @returns whether it came from where none of the last did; of the first ever, false
   */
  async isNew(accountId: string, origin: Origin): Promise<boolean> {
    const { database } = this.kernel;
    const place = this.#placeOf(origin);
    const known = await database.query<Place>(
      `select network, country from sign_in_memory where account_id = $1
       order by id desc limit ${remembered}`,
      [accountId],
    );
    await database.query(
      'insert into sign_in_memory (id, account_id, network, country) values ($1, $2, $3, $4)',
      [newId(), accountId, place.network, place.country],
    );
    if (known.length === remembered) await this.#forgetOldest(accountId);
    if (known.length === 0) return false;
    const [site] = await database.query<{ rule: Rule }>(
      'select new_sign_in_rule as rule from site',
    );
    return isUnseen(place, known, site!.rule);
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
