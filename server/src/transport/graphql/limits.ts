import {
  GraphQLError,
  Kind,
  isListType,
  getNullableType,
  isCompositeType,
  getNamedType,
} from 'graphql';
import type {
  ASTNode,
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationRule,
} from 'graphql';
import { fieldOf, rootTypeOf } from './fields.js';

/** What one operation may ask; the same over HTTP and sockets (docs/integrating.md lists them). */
export const queryLimits = {
  characters: 15_000,
  tokens: 1_000,
  depth: 10,
  aliases: 15,
  selections: 200,
  directives: 5,
  credentialChecks: 1,
  cost: 5_000,
} as const;

const tooComplex = (message: string, nodes?: ASTNode) =>
  new GraphQLError(message, { nodes, extensions: { code: 'QUERY_TOO_COMPLEX' } });

interface Tally {
  depth: number;
  aliases: number;
  selections: number;
  directives: number;
  credentialChecks: number;
}

/** Everything about a document that no variable changes; runs once a document, beside validation. */
export const limitsRule: ValidationRule = (context) => ({
  Document(document) {
    const fragments = fragmentsOf(document);
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const tally = { depth: 0, aliases: 0, selections: 0, directives: 0, credentialChecks: 0 };
      tally.directives += definition.directives?.length ?? 0;
      const root = rootTypeOf(context.getSchema(), definition.operation);
      count(definition.selectionSet, root, 1, tally, fragments, new Set(), context.getSchema());
      for (const [name, most] of Object.entries(queryLimits)) {
        const value = tally[name as keyof Tally];
        if (value === undefined || value <= most) continue;
        context.reportError(
          tooComplex(
            `The query has too many or too deep ${name}: ${value} of at most ${most}.`,
            definition,
          ),
        );
      }
    }
  },
});

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function count(
  set: SelectionSetNode,
  parent: GraphQLCompositeType | undefined,
  depth: number,
  tally: Tally,
  fragments: Map<string, FragmentDefinitionNode>,
  open: Set<string>,
  schema: GraphQLSchema,
): void {
  tally.depth = Math.max(tally.depth, depth);
  for (const selection of set.selections) {
    // Stops early: fragments that spread each other twice grow without bound.
    if (++tally.selections > queryLimits.selections) return;
    tally.directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      if (selection.alias) tally.aliases++;
      const field = fieldOf(schema, parent, selection.name.value);
      if (field?.extensions['credentialCheck']) tally.credentialChecks++;
      // Introspection nests deeper than any of our data and is off in production.
      if (!selection.selectionSet || selection.name.value.startsWith('__')) continue;
      const type = field && getNamedType(field.type);
      count(
        selection.selectionSet,
        isCompositeType(type) ? type : undefined,
        depth + 1,
        tally,
        fragments,
        open,
        schema,
      );
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      count(
        selection.selectionSet,
        conditionOf(selection.typeCondition?.name.value, parent, schema),
        depth,
        tally,
        fragments,
        open,
        schema,
      );
    } else {
      const name = selection.name.value;
      const fragment = fragments.get(name);
      if (!fragment || open.has(name)) continue;
      open.add(name);
      count(
        fragment.selectionSet,
        conditionOf(fragment.typeCondition.name.value, parent, schema),
        depth,
        tally,
        fragments,
        open,
        schema,
      );
      open.delete(name);
    }
  }
}

function conditionOf(
  name: string | undefined,
  parent: GraphQLCompositeType | undefined,
  schema: GraphQLSchema,
): GraphQLCompositeType | undefined {
  const type = name === undefined ? parent : schema.getType(name);
  return isCompositeType(type) ? type : undefined;
}

/**
 * One for each field, times `first` below a field that pages, times `mostRows` below one that says so. Needs the variables, so it runs for
 * each call.
 * @throws GraphQLError QUERY_TOO_COMPLEX
 */
export function checkCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): void {
  const variables = { ...defaultsOf(operation), ...given };
  const fragments = fragmentsOf(document);
  const costOf = (set: SelectionSetNode, parent: GraphQLCompositeType | undefined): number => {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = fieldOf(schema, parent, selection.name.value);
        const type = field && getNamedType(field.type);
        const inner =
          selection.selectionSet && !selection.name.value.startsWith('__')
            ? costOf(selection.selectionSet, isCompositeType(type) ? type : undefined)
            : 0;
        cost += 1 + inner * (field ? multiplierOf(field, selection.arguments, variables) : 1);
      } else {
        const target =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (!target) continue;
        cost += costOf(
          target.selectionSet,
          conditionOf(target.typeCondition?.name.value, parent, schema),
        );
      }
    }
    return cost;
  };
  const cost = costOf(operation.selectionSet, rootTypeOf(schema, operation.operation));
  if (cost > queryLimits.cost) {
    throw tooComplex(
      `The query costs ${cost} of at most ${queryLimits.cost}; ask for less at a time (first: …).`,
    );
  }
}

/** Whole numbers that the query itself gives to variables nobody sent. */
function defaultsOf(operation: OperationDefinitionNode): Record<string, number> {
  const defaults: Record<string, number> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) defaults[variable.name.value] = Number(defaultValue.value);
  }
  return defaults;
}

function multiplierOf(
  field: GraphQLField<unknown, unknown>,
  given: readonly { name: { value: string }; value: ASTNode }[] | undefined,
  variables: Readonly<Record<string, unknown>>,
): number {
  const { mostRows } = field.extensions;
  if (typeof mostRows === 'number') return mostRows;
  const first = field.args.find((argument) => argument.name === 'first');
  if (!first || isListType(getNullableType(field.type))) return 1;
  const node = given?.find((argument) => argument.name.value === 'first')?.value;
  let value: unknown = first.defaultValue;
  if (node?.kind === Kind.INT) value = Number(node.value);
  else if (node?.kind === Kind.VARIABLE) value = variables[node.name.value] ?? first.defaultValue;
  // Beyond 100 the use-case refuses with the field's name, which helps more than a cost.
  return Math.min(100, Math.max(1, Number(value) || 1));
}
