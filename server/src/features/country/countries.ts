import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader } from 'maxmind';
import type { Kernel } from '../../kernel/feature.js';
import { parseAddress, reachOf } from '../../kernel/network/network.js';

/** As ip-location-db and as MaxMind write it. */
interface Found {
  readonly country_code?: string;
  readonly country?: { readonly iso_code?: string };
}

const bundled = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
const alpha2 = /^[A-Z]{2}$/;

/**
 * In which country the owner of an address is registered, from a file on this machine: nobody is
 * asked. It tells where a network belongs, not where somebody sits.
 */
export class Countries {
  /** Undefined until the first question; null when the file cannot be read. */
  #reader: Reader<never> | null | undefined;

  constructor(private readonly kernel: Pick<Kernel, 'settings' | 'log'>) {}

  /** ISO 3166-1 alpha-2, or null for what is unknown, private or no address. */
  of(address: string | null): string | null {
    const parsed = address === null ? null : parseAddress(address);
    if (!parsed || reachOf(parsed) !== 'public') return null;
    if (this.#reader === undefined) this.#reader = this.#open();
    const found = this.#reader?.get(parsed.text) as Found | null | undefined;
    const code = found?.country_code ?? found?.country?.iso_code ?? '';
    return alpha2.test(code) ? code : null;
  }

  /** Without countries a site is as safe: what asks for one must do without. */
  #open(): Reader<never> | null {
    const { settings, log } = this.kernel;
    const file = settings.geoipDb ?? createRequire(import.meta.url).resolve(bundled);
    try {
      return new Reader<never>(readFileSync(file));
    } catch (error) {
      log.error({ err: error, file }, 'the country database cannot be read: GEOIP_DB');
      return null;
    }
  }
}
