import type { Product } from './product.js';
import type { Seed } from './seed.js';
import type { Row } from './table.js';

export interface Bench {
  readonly product: Product;
  readonly seed: Seed;
  readonly databaseUrl: string;
  /** How many times each side is measured, one after the other. */
  readonly rounds: number;
  /** Of each measurement under load. */
  readonly seconds: number;
}

/** Leaves nothing behind but its rows. */
export type Benchmark = (bench: Bench) => Promise<Row[]>;

/** The header every browser's call has, as the Origin rule wants it. */
export const callHeaders = (product: Product, cookie?: string) => ({
  'content-type': 'application/json',
  origin: product.origin,
  ...(cookie === undefined ? {} : { cookie }),
});
