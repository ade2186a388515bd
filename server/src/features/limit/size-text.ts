import { refuse } from '../../kernel/errors.js';
import { sizeUnits, writtenSize } from '../../kernel/text/size-text.js';
import { checkAmount } from './limit.js';
import type { LimitUnit } from './limit.js';

const binary = ['', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** As disk makers count: a GB is 10⁹ bytes, a GiB 2³⁰. A letter alone (500G) is the decimal one. */
function bytesPer(unit: string): number | null {
  const name = unit.toLowerCase();
  const at = (units: readonly string[]) => units.findIndex((one) => one.toLowerCase() === name);
  if (name === '' || name === 'b') return 1;
  if (at(binary) > 0) return 1024 ** at(binary);
  const place = at(sizeUnits) > 0 ? at(sizeUnits) : at(sizeUnits.map((one) => one.slice(0, 1)));
  return place > 0 ? 1000 ** place : null;
}

/**
 * What a person writes for a limit: `500GB`, `1.5 TiB`, `20`, `unlimited`.
 * @returns bytes or a number, -1 for unlimited. @throws BAD_USER_INPUT field `limit`
 */
export function parseLimit(text: string, unit: LimitUnit): number {
  const clean = text.trim();
  if (/^(unlimited|-1)$/i.test(clean)) return -1;
  const [, number, name] = /^(\d{1,16}(?:[.,]\d{1,9})?)\s*([a-z]*)$/i.exec(clean) ?? [];
  const factor = unit === 'BYTES' ? bytesPer(name ?? '') : name === '' ? 1 : null;
  if (number === undefined || factor === null) {
    const examples = unit === 'BYTES' ? '500GB, 1.5TiB or unlimited' : '20 or unlimited';
    refuse('BAD_USER_INPUT', `“${clean}” is not a limit. Write it like ${examples}.`, {
      field: 'limit',
    });
  }
  const amount = Number(number.replace(',', '.')) * factor;
  return checkAmount(unit === 'BYTES' ? Math.round(amount) : amount, 'limit');
}

/** For command lines: `500 GB (500,000,000,000 bytes)`. */
export function writtenLimit(amount: number, unit: LimitUnit): string {
  if (amount < 0) return 'unlimited';
  if (unit === 'COUNT') return String(amount);
  return writtenSize(amount);
}
