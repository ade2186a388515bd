/** What integrators paste fits the schema: schema/operations, and every GraphQL and curl block of the documentation. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, getVariableValues, Kind, parse, TokenKind, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const schema = buildSchema(read('schema/schema.graphql'));
const documents = globSync('schema/operations/*.graphql', { cwd: root }).sort();
const pages = globSync(['*.md', 'docs/**/*.md', 'schema/operations/*.md'], { cwd: root }).sort();

/** What a server would answer to the document, before it runs anything. */
const problemsOf = (text: string) =>
  validate(schema, parse(text)).map((problem) => problem.message);

const operationsOf = (text: string) =>
  parse(text).definitions.filter(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );

function problemsOfVariables(operation: OperationDefinitionNode, values: unknown): string[] {
  const { errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    values as Record<string, unknown>,
  );
  const unknown = Object.keys(values as object).filter(
    (name) => !operation.variableDefinitions?.some((one) => one.variable.name.value === name),
  );
  return [
    ...(errors ?? []).map((error) => error.message),
    ...unknown.map((name) => `nobody asks for $${name}`),
  ];
}

/** The JSON that the comment right above an operation gives after the word "Variables:". */
function variablesAbove(operation: OperationDefinitionNode): unknown {
  const lines: string[] = [];
  for (
    let token = operation.loc!.startToken.prev;
    token?.kind === TokenKind.COMMENT;
    token = token.prev
  ) {
    lines.unshift(token.value);
  }
  const json = lines.join('\n').split(/^ Variables:$/m)[1];
  return json === undefined ? {} : JSON.parse(json);
}

interface Block {
  readonly place: string;
  readonly text: string;
}

/** A fence with a second word is of another schema, as in a worked example. */
function blocksOf(language: string): Block[] {
  return pages.flatMap((page) => {
    const markdown = read(page);
    return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
      (match) => {
        const line = markdown.slice(0, match.index).split('\n').length;
        return { place: `${page}:${line}`, text: match[1]! };
      },
    );
  });
}

const curlBodies = blocksOf('sh').flatMap(({ place, text }) =>
  [...text.matchAll(/--data '([^']*)'/g)].map((match) => ({ place, text: match[1]! })),
);

describe('documents of schema/operations', () => {
  test('there are some for each task an integrator has', () => {
    expect(documents.length).toBeGreaterThanOrEqual(7);
  });

  test.each(documents)('%s fits the schema, its variables too', (path) => {
    const text = read(path);
    expect(problemsOf(text)).toEqual([]);
    for (const operation of operationsOf(text)) {
      expect(operation.name, 'an operation to paste has a name').toBeDefined();
      expect(problemsOfVariables(operation, variablesAbove(operation))).toEqual([]);
    }
  });
});

describe('documentation', () => {
  test.each(blocksOf('graphql'))('the GraphQL at $place fits the schema', ({ text }) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test('shows calls for curl', () => {
    expect(curlBodies.length).toBeGreaterThanOrEqual(7);
  });

  test.each(curlBodies)('the curl call at $place sends what the schema takes', ({ text }) => {
    const { query, variables = {} } = JSON.parse(text) as { query: string; variables?: object };
    expect(problemsOf(query)).toEqual([]);
    expect(operationsOf(query)).toHaveLength(1);
    expect(problemsOfVariables(operationsOf(query)[0]!, variables)).toEqual([]);
  });
});

test('a document that does not fit is noticed', () => {
  expect(problemsOf('{ me { nickname } }')[0]).toMatch(/Cannot query field "nickname"/);
  const [operation] = operationsOf(
    'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
  );
  expect(problemsOfVariables(operation!, { input: { login: 'ada' } })[0]).toMatch(/password/);
});
