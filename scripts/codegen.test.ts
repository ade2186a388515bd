import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generate } from '../codegen.js';

const schema = `
  scalar DateTime
  scalar SafeInt
  scalar JSON
  enum Role { USER ADMIN }
  type Person { id: ID! role: Role! bytes: SafeInt! data: JSON! since: DateTime }
  type Robot { id: ID! }
  union Who = Person | Robot
  type Query { who: Who! }
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codegen-'));
  mkdirSync(join(root, 'client/src/who'), { recursive: true });
  writeFileSync(join(root, 'schema.graphql'), schema);
});
afterEach(() => rmSync(root, { recursive: true }));

async function generated(document: string, schemaFile = 'schema.graphql') {
  writeFileSync(join(root, 'client/src/who/who.graphql'), document);
  const files = await generate(root, join(root, schemaFile));
  return Object.fromEntries([...files].map(([path, content]) => [basename(path), content]));
}

test('an operation becomes a document with the types of what it asks for', async () => {
  const { 'types.ts': types, 'who.ts': texts } = await generated(
    'query Who { who { __typename ... on Person { id role bytes data since } } }',
  );
  expect(types).toContain("export type Role =\n  | 'USER'\n  | 'ADMIN';");
  expect(types).toContain(
    "{ __typename: 'Person', id: string, role: Role, bytes: number, data: unknown, since: string | null }",
  );
  expect(texts).toContain('WhoDocument: Operation<WhoQuery, WhoQueryVariables> =');
  expect(texts).toContain('"query Who{who{__typename ...on Person{id role bytes data since}}}"');
});

test('the cache learns which types a union has, and nothing more', async () => {
  const { 'introspection.ts': introspection = '' } = await generated(
    'query Who { who { __typename } }',
  );
  const literal = /= (\{[^]*\});/.exec(introspection)?.[1] ?? '';
  expect(JSON.parse(literal)).toEqual({ Who: ['Person', 'Robot'] });
});

test('an operation that asks for a field the schema does not have is refused', async () => {
  const wrong = generated('query Who { who { ... on Robot { name } } }');
  await expect(wrong).rejects.toThrow(/Cannot query field "name" on type "Robot"/);
});

test('a scalar nobody gave a type is refused rather than becoming any', async () => {
  writeFileSync(join(root, 'new.graphql'), 'scalar Colour type Query { colour: Colour }');
  const unknown = generated('query Colour { colour }', 'new.graphql');
  await expect(unknown).rejects.toThrow(/Colour/);
});
