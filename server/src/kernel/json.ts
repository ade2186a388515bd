import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';

const mostDepth = 10;
const tooDeep = () =>
  new GraphQLError(`JSON may be nested at most ${mostDepth} deep.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });

const unstorable = () =>
  new GraphQLError('JSON may hold neither NUL nor half a surrogate pair.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });

/** PostgreSQL's jsonb takes every JSON text but these characters. */
const checkText = (text: string) => {
  if (text.includes('\0') || !text.isWellFormed()) throw unstorable();
};

function check(value: unknown, depth = 0): unknown {
  if (depth > mostDepth) throw tooDeep();
  if (typeof value === 'string') checkText(value);
  if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      checkText(name);
      check(inner, depth + 1);
    }
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
  parseValue: (value) => check(value),
  parseLiteral: (node, variables) => check(fromLiteral(node, variables)),
});
