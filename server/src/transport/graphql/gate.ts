import {
  Kind,
  TypeInfo,
  isObjectType,
  separateOperations,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type {
  DocumentNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { AccessRule } from '../../kernel/access/access.js';
import { refuse } from '../../kernel/errors.js';
import { refuseNobody } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';

interface Need {
  readonly coordinate: string;
  readonly rule: AccessRule;
  readonly root: boolean;
}

const ruleAt = (holder: { extensions?: unknown } | undefined): AccessRule | undefined =>
  (holder?.extensions as { access?: AccessRule } | undefined)?.access;

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType) =>
  type === schema.getQueryType() ||
  type === schema.getMutationType() ||
  type === schema.getSubscriptionType();

/**
 * Holds what a document touches against what the caller's credential may touch, before anything
 * runs. What a document needs is worked out once.
 */
export class Gate {
  readonly #needs = new WeakMap<DocumentNode, readonly Need[]>();
  readonly #parts = new WeakMap<DocumentNode, Readonly<Record<string, DocumentNode>>>();

  constructor(private readonly schema: GraphQLSchema) {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    for (const root of roots) {
      for (const field of Object.values(root?.getFields() ?? {})) {
        if (!ruleAt(field)) throw new Error(`${root!.name}.${field.name} says no @Access`);
      }
    }
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || ruleAt(type)?.permission === undefined) continue;
      for (const field of Object.values(type.getFields())) {
        if (ruleAt(field)?.permission !== undefined) continue;
        throw new Error(`${type.name}.${field.name} says no permission in its @Access`);
      }
    }
  }

  /**
   * @param moment 'before' a mutation the restriction of an account is held against the mutations
   * alone: what is read below them is read by the viewer they make (a changed password lifts it).
   * @throws Refusal UNAUTHENTICATED, FORBIDDEN, PASSWORD_CHANGE_REQUIRED or TWO_FACTOR_REQUIRED
   */
  check(document: DocumentNode, viewer: Viewer, moment: 'before' | 'whole' = 'whole'): void {
    for (const need of this.#needsOf(document)) {
      if (viewer.kind === 'key') {
        if (!need.root || need.rule.apiKey) continue;
        refuse('UNAUTHENTICATED', 'An API key answers for its license alone.');
      } else if (viewer.kind === 'anonymous') {
        if (need.root && !need.rule.anonymous) refuseNobody(viewer);
      } else if (viewer.restriction !== null && !mayMend(need.rule, viewer.restriction)) {
        if (moment === 'before' && !need.root) continue;
        refuse(viewer.restriction, restrictions[viewer.restriction]);
      } else if (viewer.scopes !== null && need.rule.scope !== 'ANY') {
        checkScope(need, viewer);
      }
    }
  }

  /** The operation that runs, with its fragments: a pasted file may hold others that the caller may not use. */
  partOf(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
    const operations = document.definitions.filter(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION,
    );
    if (operations.length === 1) return document;
    let parts = this.#parts.get(document);
    if (!parts) this.#parts.set(document, (parts = separateOperations(document)));
    return parts[operation.name?.value ?? ''] ?? document;
  }

  #needsOf(document: DocumentNode): readonly Need[] {
    const known = this.#needs.get(document);
    if (known) return known;
    const needs = new Map<string, Need>();
    const types = new TypeInfo(this.schema);
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: () => {
          const parent = types.getParentType();
          const field = types.getFieldDef() as GraphQLField<unknown, unknown> | null | undefined;
          // Clients ask for __typename everywhere; a type's name is no secret.
          if (!isObjectType(parent) || !field || field.name.startsWith('__')) return;
          const rule = ruleAt(field) ?? ruleAt(parent);
          const coordinate = `${parent.name}.${field.name}`;
          if (rule) needs.set(coordinate, { coordinate, rule, root: isRoot(this.schema, parent) });
        },
      }),
    );
    const list = [...needs.values()];
    this.#needs.set(document, list);
    return list;
  }
}

const restrictions = {
  PASSWORD_CHANGE_REQUIRED: 'Choose a new password first: this one was for one use.',
  TWO_FACTOR_REQUIRED: 'Administrators here need a second factor: set one up first.',
};

function mayMend({ restricted }: AccessRule, restriction: keyof typeof restrictions): boolean {
  return restricted === true || restricted === restriction;
}

function checkScope(need: Need, viewer: Viewer): void {
  const scope = need.rule.scope;
  if (scope === undefined) {
    refuse('FORBIDDEN', `${need.coordinate} needs a signed-in session, not an access token.`);
  }
  if (!viewer.scopes!.has(scope as never)) {
    refuse('FORBIDDEN', `${need.coordinate} needs an access token with the scope ${scope}.`);
  }
}
