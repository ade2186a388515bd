import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLSchema,
} from 'graphql';
import type { AccessRule } from '../src/kernel/access/access.js';

type Field = GraphQLField<unknown, unknown>;

export interface FieldCall {
  /** `Mutation.signIn`, `Query.me.inbox` */
  readonly name: string;
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly arguments: readonly GraphQLArgument[];
  /** What its @Access says. */
  readonly rule: AccessRule | undefined;
  readonly description: string;
  /** A document that calls it, with a variable for each argument, named as the argument. */
  readonly document: string;
  /** The same without what lies below, which may ask for more. */
  readonly shallow: string;
}

/** Every root field, and every field with arguments or a permission that a query reaches through fields without. */
export function everyField(schema: GraphQLSchema): FieldCall[] {
  const calls: FieldCall[] = [];
  const visit = (
    operation: FieldCall['operation'],
    type: GraphQLNamedType | null | undefined,
    path: readonly string[],
  ) => {
    if (!isObjectType(type) || path.length > 4) return;
    for (const field of Object.values(type.getFields())) {
      const isOwn = path.length === 1 || field.args.length > 0;
      if (isOwn || ruleOf(field)?.permission) calls.push(callOf(operation, field, path));
      if (operation !== 'query' || field.args.length > 0) continue;
      visit(operation, getNamedType(field.type), [...path, field.name]);
    }
  };
  visit('query', schema.getQueryType(), ['Query']);
  visit('mutation', schema.getMutationType(), ['Mutation']);
  visit('subscription', schema.getSubscriptionType(), ['Subscription']);
  return calls;
}

const ruleOf = (field: Field) => (field.extensions as { access?: AccessRule }).access;

function callOf(
  operation: FieldCall['operation'],
  field: Field,
  path: readonly string[],
): FieldCall {
  const variables = field.args.map((argument) => `$${argument.name}: ${String(argument.type)}`);
  const given = field.args.map((argument) => `${argument.name}: $${argument.name}`);
  const call = `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
  const isLeaf = !isCompositeType(getNamedType(field.type));
  const documentWith = (below: string) => {
    const leaf = isLeaf ? call : `${call} ${below}`;
    const body = path.slice(1).reduceRight((inner, name) => `${name} { ${inner} }`, leaf);
    return `${operation} ${variables.length > 0 ? `(${variables.join(', ')})` : ''} { ${body} }`;
  };
  return {
    name: [...path, field.name].join('.'),
    operation,
    arguments: field.args,
    description: field.description ?? '',
    rule: ruleOf(field),
    document: documentWith(deep(field)),
    shallow: documentWith('{ __typename }'),
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

/** An id in the right form that nothing has. */
export const nobodysId = '01890a5d-ac96-774b-bcce-b302099a8057';

/** A value that the type takes, so that the ugly one beside it gets through to the use-case. */
function plausible(type: GraphQLInputType, name: string): unknown {
  if (!isNonNullType(type)) return undefined;
  const inner = getNullableType(type);
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]!.name;
  if (isInputObjectType(inner)) return plausibleArguments(inner.getFields());
  const samples: Record<string, unknown> = {
    ID: nobodysId,
    Int: 1,
    Float: 1,
    SafeInt: 1,
    Boolean: true,
    DateTime: '2030-01-01T00:00:00Z',
    JSON: {},
    EmailAddress: 'grace@example.org',
    URL: 'https://example.org/',
    TimeZone: 'Europe/Rome',
  };
  const texts: Record<string, string> = { type: 'admin.message', username: 'grace' };
  return samples[String(inner)] ?? texts[name] ?? 'correct horse battery';
}

type Fields = Readonly<Record<string, { readonly name: string; readonly type: GraphQLInputType }>>;

/** For a field's arguments, or an input object. */
export const plausibleArguments = (fields: Fields, except?: string) =>
  Object.fromEntries(
    Object.values(fields)
      .filter((field) => field.name !== except)
      .map((field) => [field.name, plausible(field.type, field.name)]),
  );
