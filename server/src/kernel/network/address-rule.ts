import { networkOf, parseAddress } from './network.js';

/** A row of ip_allowlist as `to_jsonb` gives it, so that it can be read with a credential. */
export interface AddressRule {
  readonly enabled: boolean;
  readonly entries: readonly AllowedNetwork[];
  readonly trial_until: string | null;
  readonly former_enabled: boolean | null;
  readonly former_entries: readonly AllowedNetwork[] | null;
}

export interface AllowedNetwork {
  /** In canonical form. */
  readonly cidr: string;
  readonly label: string | null;
}

export interface AllowedNetworks {
  readonly enabled: boolean;
  readonly entries: readonly AllowedNetwork[];
  /** Null unless a change is on trial. */
  readonly trialUntil: Date | null;
}

/** What holds now: once a trial is over without a word, what held before it. */
export function ruleAt(rule: AddressRule | null, now: Date): AllowedNetworks {
  if (!rule) return { enabled: false, entries: [], trialUntil: null };
  const trialUntil = rule.trial_until === null ? null : new Date(rule.trial_until);
  if (trialUntil === null || trialUntil > now) {
    return { enabled: rule.enabled, entries: rule.entries, trialUntil };
  }
  return { enabled: rule.former_enabled!, entries: rule.former_entries!, trialUntil: null };
}

/** @param address null when it could not be told, which no list lets through */
export function allowsAddress(
  { enabled, entries }: Pick<AllowedNetworks, 'enabled' | 'entries'>,
  address: string | null,
): boolean {
  if (!enabled) return true;
  const parsed = address === null ? null : parseAddress(address);
  if (!parsed) return false;
  // In canonical form a network is known by its text: one comparison a length instead of one an entry.
  const texts = new Set(entries.map(({ cidr }) => cidr));
  const longest = parsed.family === 4 ? 32 : 128;
  const lengths = new Set(entries.map(({ cidr }) => Number(cidr.slice(cidr.indexOf('/') + 1))));
  return [...lengths].some(
    (length) => length <= longest && texts.has(networkOf(parsed, { v4: length, v6: length })),
  );
}
