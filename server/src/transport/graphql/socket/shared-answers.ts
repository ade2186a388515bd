import { Kind, TypeInfo, isObjectType, visit, visitWithTypeInfo } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { sameForOf } from '../../../kernel/access/same-for.js';
import type { SameFor } from '../../../kernel/access/same-for.js';
import type { Viewer } from '../../../kernel/access/viewer.js';

/** The answers of one document to events, each made once for all who are told the same. */
export class SharedAnswers {
  /** Kept as long as the event itself, which is until the last of its readers has taken it. */
  readonly #known = new WeakMap<object, Map<string, Promise<string | null>>>();

  constructor(private readonly sameFor: SameFor) {}

  /** JSON of the answer; null: it has errors, which are said to each caller by himself. */
  answer(
    event: object,
    viewer: Viewer,
    make: () => Promise<ExecutionResult>,
  ): Promise<string | null> {
    const known = this.#known.get(event) ?? new Map<string, Promise<string | null>>();
    this.#known.set(event, known);
    const same = this.sameFor(viewer);
    const answer = known.get(same) ?? written(make);
    known.set(same, answer);
    return answer;
  }
}

async function written(make: () => Promise<ExecutionResult>): Promise<string | null> {
  const result = await make();
  return result.errors ? null : JSON.stringify(result);
}

/** One memory for each document whose answers can be shared. */
export class SharedDocuments {
  readonly #known = new WeakMap<DocumentNode, SharedAnswers | null>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** Null when everybody's answer must be made by itself. */
  of(document: DocumentNode): SharedAnswers | null {
    let shared = this.#known.get(document);
    if (shared === undefined) {
      const sameFor = sameForAll(this.schema, document);
      this.#known.set(document, (shared = sameFor && new SharedAnswers(sameFor)));
    }
    return shared;
  }
}

/**
 * By what the answers of a document differ, when beside its one root field it asks for nothing but
 * plain properties: what has a resolver of its own may look at who asks and at the database.
 */
function sameForAll(schema: GraphQLSchema, document: DocumentNode): SameFor | null {
  const found: SameFor[] = [];
  let operations = 0;
  let plain = true;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition: () => void operations++,
      // What is left out for one may be there for another.
      Directive: ({ arguments: given }) => {
        if (given?.some(({ value }) => value.kind === Kind.VARIABLE)) plain = false;
      },
      Field: ({ name }) => {
        const parent = types.getParentType();
        const field = types.getFieldDef();
        const sameFor = field && parent === schema.getSubscriptionType() && sameForOf(field);
        if (sameFor) found.push(sameFor);
        // Of an interface it is not known yet whose resolver would run.
        else if (name.value !== '__typename' && (!isObjectType(parent) || field?.resolve))
          plain = false;
      },
    }),
  );
  return plain && operations === 1 && found.length === 1 ? found[0]! : null;
}
