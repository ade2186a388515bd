import { getNamedType, isCompositeType, isObjectType } from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLNamedType, GraphQLSchema } from 'graphql';

type Field = GraphQLField<unknown, unknown>;

export interface FieldCall {
  /** `Mutation.signIn`, `Query.me.inbox` */
  readonly name: string;
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly arguments: readonly GraphQLArgument[];
  /** A document that calls it, with a variable for each argument, named as the argument. */
  readonly document: string;
}

/** Every root field, and every field with arguments that a query reaches through fields without. */
export function everyField(schema: GraphQLSchema): FieldCall[] {
  const calls: FieldCall[] = [];
  const visit = (
    operation: FieldCall['operation'],
    type: GraphQLNamedType | null | undefined,
    path: readonly string[],
  ) => {
    if (!isObjectType(type) || path.length > 4) return;
    for (const field of Object.values(type.getFields())) {
      if (path.length === 1 || field.args.length > 0) calls.push(callOf(operation, field, path));
      if (operation !== 'query' || field.args.length > 0) continue;
      visit(operation, getNamedType(field.type), [...path, field.name]);
    }
  };
  visit('query', schema.getQueryType(), ['Query']);
  visit('mutation', schema.getMutationType(), ['Mutation']);
  visit('subscription', schema.getSubscriptionType(), ['Subscription']);
  return calls;
}

function callOf(
  operation: FieldCall['operation'],
  field: Field,
  path: readonly string[],
): FieldCall {
  const variables = field.args.map((argument) => `$${argument.name}: ${String(argument.type)}`);
  const given = field.args.map((argument) => `${argument.name}: $${argument.name}`);
  const call = `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
  const leaf = isCompositeType(getNamedType(field.type)) ? `${call} ${deep(field)}` : call;
  const body = path.slice(1).reduceRight((inner, name) => `${name} { ${inner} }`, leaf);
  return {
    name: [...path, field.name].join('.'),
    operation,
    arguments: field.args,
    document: `${operation} ${variables.length > 0 ? `(${variables.join(', ')})` : ''} { ${body} }`,
  };
}

/** Everything below that asks for nothing, two levels down, so that resolvers there run as well. */
function deep(field: Field, levels = 2): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return '{ __typename }';
  const inner = Object.values(type.getFields())
    .filter((each) => each.args.length === 0)
    .map((each) => {
      if (!isCompositeType(getNamedType(each.type))) return each.name;
      return levels > 0 ? `${each.name} ${deep(each, levels - 1)}` : null;
    });
  return `{ __typename ${inner.filter((text) => text !== null).join(' ')} }`;
}
