import { GraphQLError, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { limitsRule, queryLimits } from '../limits.js';

const mostKept = 200;
const mostErrors = 5;

/** All that was wrong with a document at once. */
export class DocumentFaults extends Error {
  constructor(readonly list: readonly GraphQLError[]) {
    super('The document is not valid');
  }
}

/** Parsed and validated documents of sockets; most sockets of a page ask the same few. */
export class SocketDocuments {
  readonly #known = new Map<string, DocumentNode>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** @throws DocumentFaults with the codes that HTTP gives */
  read(text: string): DocumentNode {
    const known = this.#known.get(text);
    if (known) return known;
    if (text.length > queryLimits.characters) {
      const message = `The query may have at most ${queryLimits.characters} characters.`;
      throw new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
    }
    const document = parsed(text);
    const rules = [...specifiedRules, limitsRule];
    const faults = validate(this.schema, document, rules, { maxErrors: mostErrors });
    if (faults.length > 0) {
      throw new DocumentFaults(faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED')));
    }
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(text, document);
    return document;
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: queryLimits.tokens });
  } catch (error) {
    throw coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED');
  }
}

const coded = (fault: GraphQLError, code: string) =>
  new GraphQLError(fault.message, {
    nodes: fault.nodes,
    source: fault.source,
    positions: fault.positions,
    extensions: { code, ...fault.extensions },
  });
