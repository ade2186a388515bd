import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { createLog } from '../../kernel/log/log.js';
import { Countries } from './countries.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const of = (address: string | null) => app.get(Countries).of(address);

describe('the country of an address', () => {
  test('is told of networks whose owner is known, for IPv4, IPv6 and the mapped form', () => {
    expect(of('193.206.1.1')).toBe('IT');
    expect(of('::ffff:193.206.1.1')).toBe('IT');
    expect(of('2001:760::1')).toBe('IT');
  });

  test.each([
    null,
    '',
    'localhost',
    '127.0.0.1',
    '10.1.2.3',
    '::1',
    'fe80::1',
    '203.0.113.7',
    '2002:c1ce:101::1',
  ])('is not told of %s', (address) => {
    expect(of(address)).toBeNull();
  });
});

test('a file that is no database costs the countries and nothing else, and is asked once', async () => {
  const file = `${app.dataDir}/broken.mmdb`;
  await writeFile(file, 'no database');
  const said: unknown[] = [];
  const log = createLog('silent');
  log.error = (about: unknown) => void said.push(about);
  const countries = new Countries({ settings: { ...app.config, geoipDb: file }, log });
  expect(countries.of('193.206.1.1')).toBeNull();
  expect(countries.of('193.206.1.2')).toBeNull();
  expect(said).toHaveLength(1);
});
