import { refuse } from '../../kernel/errors.js';

export type LimitUnit = 'BYTES' | 'COUNT';

/** What an account may use of something, and what it uses. `limit` -1 is unlimited. */
export interface Limit {
  readonly key: string;
  readonly unit: LimitUnit;
  readonly used: number;
  readonly limit: number;
  readonly unlimited: boolean;
  /** Of the limit, two digits behind the point; null: unlimited. May pass 100. */
  readonly percent: number | null;
  /** At 80 % or more. */
  readonly nearLimit: boolean;
}

/** Shown for every account, also where nothing was reported or set. */
export const builtInKeys = ['disk', 'email_accounts', 'archives'] as const;

/** Counted here from what mail servers register; what is reported for them would be a second truth. */
const countedKeys: ReadonlySet<string> = new Set(['email_accounts', 'archives']);

const nearPercent = 80;

/** Of keys that sites make up, those that end in `_bytes` are sizes. */
export function unitOf(key: string): LimitUnit {
  return key === 'disk' || key.endsWith('_bytes') ? 'BYTES' : 'COUNT';
}

export function percentOf(used: number, limit: number): number | null {
  if (limit < 0) return null;
  if (limit === 0) return used === 0 ? 0 : 100;
  return Math.round((used / limit) * 10_000) / 100;
}

export function limitOf(key: string, used: number, limit: number): Limit {
  const percent = percentOf(used, limit);
  return {
    key,
    unit: unitOf(key),
    used,
    limit,
    unlimited: limit < 0,
    percent,
    nearLimit: percent !== null && percent >= nearPercent,
  };
}

/** @throws BAD_USER_INPUT field `key` */
export function checkKey(key: string): string {
  if (/^[a-z][a-z0-9_]{0,31}$/.test(key)) return key;
  refuse('BAD_USER_INPUT', 'A limit’s key has up to 32 of a–z, 0–9 and _, like email_accounts.', {
    field: 'key',
  });
}

/** @throws BAD_USER_INPUT field `key` for what is counted here and not reported */
export function checkReportedKey(key: string): string {
  if (!countedKeys.has(checkKey(key))) return key;
  const message = `${key} is counted from the e-mail accounts that are registered with putEmailAccount.`;
  refuse('BAD_USER_INPUT', message, { field: 'key' });
}

/** @throws BAD_USER_INPUT with the field unless it is a whole number from `least` to 2^53 − 1 */
export function checkAmount(amount: number, field: string, least: 0 | -1 = 0): number {
  if (Number.isSafeInteger(amount) && amount >= least) return amount;
  const more = least === -1 ? ', or -1 for unlimited' : '';
  refuse('BAD_USER_INPUT', `This must be a whole number, 0 or more${more}.`, { field });
}
