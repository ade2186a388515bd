const decimal = ['b', 'kb', 'mb', 'gb', 'tb', 'pb'];
const binary = ['', 'kib', 'mib', 'gib', 'tib', 'pib'];

/** A GB is 10⁹ bytes, a GiB 2³⁰; a letter alone (500G) is the decimal one. */
function bytesPer(unit: string): number | undefined {
  const name = unit.toLowerCase();
  if (name === '' || name === 'b') return 1;
  if (binary.includes(name)) return 1024 ** binary.indexOf(name);
  const place = decimal.findIndex((one) => one === name || one.slice(0, 1) === name);
  return place > 0 ? 1000 ** place : undefined;
}

/**
 * What a person writes for a limit: `500 GB`, `1.5 TiB`, `1,5 tb`, `20`. The command line reads the same.
 * @returns bytes or a number; undefined when it is neither
 */
export function amountIn(text: string, unit: 'BYTES' | 'COUNT'): number | undefined {
  const [, number, name = ''] = /^(\d{1,16}(?:[.,]\d{1,9})?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unit === 'BYTES' ? bytesPer(name) : name === '' ? 1 : undefined;
  if (number === undefined || factor === undefined) return undefined;
  const amount = Number(number.replace(',', '.')) * factor;
  const whole = unit === 'BYTES' ? Math.round(amount) : amount;
  return Number.isSafeInteger(whole) ? whole : undefined;
}

const written = [
  { factor: 1000, names: ['PB', 'TB', 'GB', 'MB', 'kB'] },
  { factor: 1024, names: ['PiB', 'TiB', 'GiB', 'MiB', 'KiB'] },
];

/** The way it would be typed: in the largest unit that keeps every byte; `500 GB`, `1.5 TiB`. */
export function typedAmount(amount: number, unit: 'BYTES' | 'COUNT', comma = '.'): string {
  if (unit === 'COUNT' || amount === 0) return String(amount);
  for (const { factor, names } of written) {
    for (const [n, name] of names.entries()) {
      const size = factor ** (names.length - n);
      const shown = String(Number((amount / size).toFixed(3)));
      const isShort = amount >= size && amount < size * factor;
      if (isShort && Math.round(Number(shown) * size) === amount)
        return `${shown.replace('.', comma)} ${name}`;
    }
  }
  return `${amount} B`;
}
