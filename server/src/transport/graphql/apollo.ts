import { ApolloServer, HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { refuse } from '../../kernel/errors.js';
import { activeSpan } from '../../kernel/log/tracing.js';
import type { GraphqlAnswer, GraphqlRequest } from '../http/request/fetch-request.js';
import type { Gate } from './gate.js';
import { checkCost, limitsRule, queryLimits } from './limits.js';
import type { OperationContext } from './operation-context.js';

/** Queries and mutations: Apollo Server with our limits, our gate and our errors, and nothing else. */
export class ApolloTransport {
  readonly #apollo: ApolloServer<OperationContext>;

  constructor(
    schema: GraphQLSchema,
    gate: Gate,
    private readonly formatError: (error: unknown) => GraphQLFormattedError,
    options: { introspection: boolean },
  ) {
    this.#apollo = new ApolloServer<OperationContext>({
      schema,
      introspection: options.introspection,
      includeStacktraceInErrorResponses: false,
      hideSchemaDetailsFromClientErrors: !options.introspection,
      allowBatchedHttpRequests: false,
      csrfPrevention: true,
      persistedQueries: false,
      parseOptions: { maxTokens: queryLimits.tokens },
      validationRules: [limitsRule],
      stopOnTerminationSignals: false,
      nodeEnv: options.introspection ? 'development' : 'production',
      formatError: (_formatted, error) => formatError(error),
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        admission(gate),
      ],
    });
  }

  async open(): Promise<void> {
    await this.#apollo.start();
  }

  close(): Promise<void> {
    return this.#apollo.stop();
  }

  /** Runs inside of a unit of work that the caller has opened. */
  async answer(
    request: Pick<GraphqlRequest, 'method' | 'headers' | 'body'>,
    context: () => Promise<OperationContext>,
  ): Promise<GraphqlAnswer> {
    const parsed = parseBody(request.body);
    if (!parsed)
      return this.refuse(400, 'BAD_REQUEST', 'The body must be one JSON object with a `query`.');
    const { query } = parsed;
    if (typeof query === 'string' && query.length > queryLimits.characters) {
      return this.refuse(
        400,
        'QUERY_TOO_COMPLEX',
        `The query may have at most ${queryLimits.characters} characters.`,
      );
    }
    const answer = await this.#apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: new HeaderMap([...request.headers]),
        body: parsed,
        search: '',
      },
      context,
    });
    if (answer.body.kind !== 'complete') throw new Error('Incremental delivery is not offered');
    return this.#shape(answer.status ?? 200, new Headers([...answer.headers]), answer.body.string);
  }

  /** An answer for a request that never reaches Apollo. */
  refuse(status: number, code: string, message: string): GraphqlAnswer {
    return {
      status,
      headers: new Headers({ 'content-type': 'application/json; charset=utf-8' }),
      body: JSON.stringify({ errors: [{ message, extensions: { code } }] }),
    };
  }

  /** What was thrown before Apollo began (identifying the caller), in the same shape. */
  failure(error: unknown): GraphqlAnswer {
    const { message, extensions } = this.formatError(error);
    const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' });
    return this.#shape(200, headers, JSON.stringify({ errors: [{ message, extensions }] }));
  }

  /** Overload is HTTP 503 with Retry-After, so that proxies and clients without GraphQL see it too. */
  #shape(status: number, headers: Headers, body: string): GraphqlAnswer {
    if (body.startsWith('{"errors"')) activeSpan()?.setAttribute('graphql.errors', true);
    const retryAfter = overloadIn(body);
    if (retryAfter === undefined) return { status, headers, body };
    headers.set('retry-after', String(retryAfter));
    return { status: 503, headers, body };
  }
}

/** Only among the errors, which stand first: data holds what people wrote. */
function overloadIn(body: string): number | undefined {
  if (!body.startsWith('{"errors"') || !body.includes('"UNAVAILABLE"')) return undefined;
  const { errors } = JSON.parse(body) as { errors: readonly GraphQLFormattedError[] };
  const overload = errors.find((error) => error.extensions?.['code'] === 'UNAVAILABLE');
  return overload && Number(overload.extensions!['retryAfter']);
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
    return value as Record<string, unknown>;
  } catch {
    return null;
  }
}

function admission(gate: Gate): ApolloServerPlugin<OperationContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        attempt(400, () => {
          if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
          refuse('BAD_REQUEST', 'Subscriptions go over the socket, not by POST.');
        });
        activeSpan()?.setAttributes({
          'graphql.operation.type': operation?.operation,
          'graphql.operation.name': operation?.name?.value.slice(0, 100),
        });
        const isMutation = operation?.operation === OperationTypeNode.MUTATION;
        const own = operation ? gate.partOf(document, operation) : document;
        attempt(200, () => gate.check(own, contextValue.viewer, isMutation ? 'before' : 'whole'));
        contextValue.cell.readmit = (viewer) => gate.check(own, viewer);
        attempt(400, () => {
          if (operation) checkCost(schema, document, operation, request.variables ?? {});
        });
      },
    }),
  };
}

/** What is thrown here would be HTTP 500, a fault of the plugin, if it did not say its status. */
function attempt(status: number, check: () => void): void {
  try {
    check();
  } catch (error) {
    const { message } = error as Error;
    const extensions = { http: { status } };
    throw new GraphQLError(message, { originalError: error as Error, extensions });
  }
}
