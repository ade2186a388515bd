import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';

const mostDepth = 10;
const tooDeep = () =>
  new GraphQLError(`JSON may be nested at most ${mostDepth} deep.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });

function checkDepth(value: unknown, depth = 0): unknown {
  if (depth > mostDepth) throw tooDeep();
  if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) checkDepth(inner, depth + 1);
  }
  return value;
}

function fromLiteral(
  node: ValueNode,
  variables: Record<string, unknown> | null | undefined,
  depth = 0,
): unknown {
  if (depth > mostDepth) throw tooDeep();
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    case Kind.LIST:
      return node.values.map((item) => fromLiteral(item, variables, depth + 1));
    case Kind.OBJECT:
      // Entries, so that a field called __proto__ stays a field.
      return Object.fromEntries(
        node.fields.map((field) => [
          field.name.value,
          fromLiteral(field.value, variables, depth + 1),
        ]),
      );
  }
}

/** Any JSON value, at most ten levels deep. */
export const JsonValue = new GraphQLScalarType({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => checkDepth(value),
  parseLiteral: (node, variables) => fromLiteral(node, variables),
});
