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

/** The way it would be typed: the largest decimal unit that keeps every byte. */
export function typedAmount(amount: number, unit: 'BYTES' | 'COUNT', comma = '.'): string {
  if (unit === 'COUNT' || amount === 0) return String(amount);
  const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  for (let place = names.length - 1; place > 0; place -= 1) {
    const inUnit = amount / 1000 ** place;
    const written = String(Number(inUnit.toFixed(3)));
    if (inUnit >= 1 && Math.round(Number(written) * 1000 ** place) === amount)
      return `${written.replace('.', comma)} ${names[place]!}`;
  }
  return `${amount} B`;
}
