/**
 * The operations of the client (client/src/**\/*.graphql), checked against the schema, become typed texts.
 *
 *   tsx codegen.ts
 *   tsx watch --include 'client/src/**\/*.graphql' codegen.ts
 *
 * An operation is its text, with its fragments and without a space too many, one module per .graphql file: pages before
 * sign-in send it as it is, without a parser; measured against parsed trees it is two thirds of the bytes gzipped.
 * GATEHOUSE_SCHEMA names another schema file, for a client built against a server that is still being written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import {
  buildASTSchema,
  isAbstractType,
  Kind,
  parse,
  print,
  Source,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { DefinitionNode, DocumentNode, FragmentDefinitionNode, GraphQLSchema } from 'graphql';

const banner = '// Made by codegen.ts from schema/ and client/src. Do not edit.\n';

const scalars = {
  ID: 'string',
  DateTime: 'string',
  SafeInt: 'number',
  JSON: 'unknown',
  EmailAddress: 'string',
  URL: 'string',
  TimeZone: 'string',
};

/** Path to content of every generated file. @throws when a document does not fit the schema */
export async function generate(root: string, schemaFile: string): Promise<Map<string, string>> {
  const schema = parse(new Source(readFileSync(schemaFile, 'utf8'), schemaFile));
  const schemaAst = buildASTSchema(schema);
  const folder = join(root, 'client/src/lib/graphql/generated');
  const documents = operationFiles(root).map((path) => ({
    location: path,
    document: parse(new Source(readFileSync(path, 'utf8'), relative(root, path))),
  }));
  const types = await codegen({
    filename: join(folder, 'types.ts'),
    schema,
    schemaAst,
    documents,
    pluginMap: { operations },
    plugins: [{ operations: {} }],
    config: { scalars, strictScalars: true, useTypeImports: true },
  });
  const texts = textModules(documents);
  const barrel = ['types.ts', ...texts.keys()].map((path) => `export * from './${path}';\n`);
  const files = new Map([
    ['types.ts', typeOfTexts + types.trimEnd() + '\n'],
    ...texts,
    ['documents.ts', barrel.join('')],
    ['introspection.ts', possibleTypes(schemaAst)],
  ]);
  return new Map([...files].map(([path, content]) => [join(folder, path), banner + content]));
}

const typeOfTexts = `
/** The text of an operation. It carries the types of what it gives and takes; nothing of them exists at run time. */
export type Operation<Data, Variables> = string & { readonly types?: (variables: Variables) => Data };

/** The text of a fragment, with the fragments it uses. */
export type Fragment<Data> = string & { readonly types?: () => Data };

`;

/** Path to content: of each .graphql file a module, so that a page loads only the operations it sends. */
function textModules(documents: readonly { location: string; document: DocumentNode }[]) {
  const all = documents.flatMap(({ document }) => document.definitions);
  const fragments = new Map(
    all.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  return new Map(
    documents.map(({ location, document }) => {
      const constants = document.definitions.map((one) => textConstant(one, fragments));
      const names = [...new Set(constants.flatMap(({ types }) => types))].sort();
      const imports = `import type { ${names.join(', ')} } from '../types.ts';\n\n`;
      const path = `texts/${basename(location, '.graphql')}.ts`;
      return [path, imports + constants.map(({ source }) => source).join('\n')];
    }),
  );
}

function textConstant(definition: DefinitionNode, fragments: Map<string, FragmentDefinitionNode>) {
  const needed = new Set<DefinitionNode>([definition]);
  for (const one of needed) {
    visit(one, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) needed.add(fragment);
      },
    });
  }
  const text = stripIgnoredCharacters([...needed].map((one) => print(one)).join('\n'));
  const pascal = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  if (definition.kind === Kind.FRAGMENT_DEFINITION) {
    const type = `${pascal(definition.name.value)}Fragment`;
    const source = `export const ${type}Text: Fragment<${type}> =\n  ${JSON.stringify(text)};\n`;
    return { types: ['Fragment', type], source };
  }
  if (definition.kind !== Kind.OPERATION_DEFINITION || !definition.name)
    throw new Error('Only named operations and fragments can be called by pages');
  const name = pascal(definition.name.value);
  const data = name + pascal(definition.operation);
  const type = `Operation<${data}, ${data}Variables>`;
  const source = `export const ${name}Document: ${type} =\n  ${JSON.stringify(text)};\n`;
  return { types: ['Operation', data, `${data}Variables`], source };
}

function operationFiles(root: string): string[] {
  const folder = join(root, 'client/src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * All that graphcache needs to match fragments on unions and interfaces. The whole schema would also make it answer
 * with nulls in place of fields it has not cached, so that somebody signed in would look signed out for a moment.
 */
function possibleTypes(schema: GraphQLSchema): string {
  const entries = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map((one) => one.name)]);
  const literal = JSON.stringify(Object.fromEntries(entries), null, 2);
  return `export const possibleTypes: Record<string, string[]> = ${literal};\n`;
}

function schemaFile(root: string): string {
  const emitted = join(root, 'schema/schema.graphql');
  const other = process.env['GATEHOUSE_SCHEMA'];
  if (existsSync(emitted)) return emitted;
  if (other) return other;
  throw new Error(
    `${emitted} does not exist yet; emit it from the server, or set GATEHOUSE_SCHEMA`,
  );
}

async function main(): Promise<void> {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const files = await generate(root, schemaFile(root));
  for (const [path, content] of files) {
    // An unchanged file is left alone: watchers would otherwise rebuild for nothing.
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    console.log(`Wrote ${relative(root, path)}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
