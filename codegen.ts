/**
 * The schema and the operations of the client (client/src/**\/*.graphql) become typed documents.
 *
 *   tsx codegen.ts
 *   tsx watch --include 'client/src/**\/*.graphql' codegen.ts
 *
 * Documents stay GraphQL text that urql's own parser reads at load: measured against parsed trees a tenth of the
 * bytes, two thirds of them gzipped.
 * GATEHOUSE_SCHEMA names another schema file, for a client built against a server that is still being written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocuments from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildASTSchema, isAbstractType, parse, Source } from 'graphql';
import type { GraphQLSchema } from 'graphql';

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
  const content = await codegen({
    filename: join(folder, 'documents.ts'),
    schema,
    schemaAst,
    documents,
    pluginMap: { operations, typedDocuments },
    plugins: [{ operations: {} }, { typedDocuments: {} }],
    config: {
      scalars,
      strictScalars: true,
      useTypeImports: true,
      documentMode: 'graphQLTag',
      gqlImport: '@urql/core#gql',
      documentNodeImport: '@urql/core#TypedDocumentNode',
      pureMagicComment: true,
      importExtension: '.js',
    },
  });
  return new Map([
    [join(folder, 'documents.ts'), banner + content.trimEnd() + '\n'],
    [join(folder, 'introspection.ts'), banner + possibleTypes(schemaAst)],
  ]);
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
