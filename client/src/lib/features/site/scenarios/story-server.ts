import {
  buildSchema,
  execute,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import type { ExecutionResult, GraphQLOutputType } from 'graphql';
import sdl from '../../../../../../schema/schema.graphql?raw';

const schema = buildSchema(sdl);

/** What a story's server knows: of Query, Mutation and Subscription the fields that its components ask for. */
export type World = Readonly<Record<string, unknown>>;

/**
 * Answers an operation from what a story says of its world. What it leaves out is null, or where the schema allows no
 * null, nothing: false, 0, no text, an empty list.
 */
export async function answerFrom(
  world: World,
  source: string,
  variables: Record<string, unknown> | undefined,
): Promise<ExecutionResult> {
  return execute({
    schema,
    document: parse(source),
    rootValue: world,
    variableValues: variables ?? {},
    typeResolver: (value) => (value as { __typename?: string }).__typename,
    fieldResolver: (parent: Record<string, unknown>, args, _context, { fieldName, returnType }) => {
      const said = parent[fieldName];
      if (typeof said === 'function') return (said as (of: unknown) => unknown)(args);
      return said === undefined ? nothingOf(returnType) : said;
    },
  });
}

function nothingOf(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  const inner = getNullableType(type);
  if (isListType(inner)) return [];
  if (isObjectType(inner)) return {};
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  if (!isLeafType(inner)) return null;
  const empty: Record<string, unknown> = {
    Boolean: false,
    Int: 0,
    Float: 0,
    SafeInt: 0,
    DateTime: '2026-05-20T00:00:00.000Z',
    JSON: {},
  };
  return empty[inner.name] ?? '';
}
