import type { Language } from '../../text/text.svelte.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** As disk makers count and quotas are written: a GB is 10⁹ bytes. */
export function sizeText(language: Language, bytes: number): string {
  const place = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return `${amount.format(bytes / 1000 ** place)}\u00a0${units[place]!}`;
}

/** Whole percents; never 100 before it is. */
export function percentText(language: Language, percent: number): string {
  const shown = percent < 100 ? Math.min(99, Math.round(percent)) : Math.round(percent);
  return `${new Intl.NumberFormat(language).format(shown)}\u00a0%`;
}

export interface Share {
  readonly name: string;
  readonly usedBytes: number;
  /** Of everything that is used, 0 to 1. */
  readonly share: number;
}

const mostShares = 5;

/** The largest parts, and all others as one (`…`). */
export function sharesOf(
  parts: readonly { name: string; usedBytes: number }[],
  total: number,
): Share[] {
  const shown = parts.filter(({ name }) => name !== '…').slice(0, mostShares);
  const others = parts
    .filter((part) => !shown.includes(part))
    .reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  const all = others > 0 ? [...shown, { name: '…', usedBytes: others }] : shown;
  return all.map(({ name, usedBytes }) => ({
    name,
    usedBytes,
    share: total > 0 ? usedBytes / total : 0,
  }));
}
