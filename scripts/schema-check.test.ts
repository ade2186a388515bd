import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drift } from './schema-check.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'schema-check-'));
  mkdirSync(join(root, 'schema'));
  writeFileSync(join(root, 'schema/schema.graphql'), 'type Query {\n  a: Int\n  b: Int\n}\n');
});
afterEach(() => rmSync(root, { recursive: true }));

test('a committed schema that is as emitted passes', () => {
  const emitted = { 'schema/schema.graphql': 'type Query {\n  a: Int\n  b: Int\n}\n' };
  expect(drift(root, emitted)).toEqual([]);
});

test('a changed field is shown as it is committed and as it is emitted', () => {
  const emitted = { 'schema/schema.graphql': 'type Query {\n  a: Int\n  b: Int!\n}\n' };
  const [difference] = drift(root, emitted);
  expect(difference).toContain('schema/schema.graphql is not what the server emits');
  expect(difference).toContain('-   b: Int\n');
  expect(difference).toContain('+   b: Int!');
});

test('a file that was never committed is missing', () => {
  expect(drift(root, { 'schema/errors.json': '{}\n' })).toHaveLength(1);
});
