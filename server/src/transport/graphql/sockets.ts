import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  GraphQLError,
  OperationTypeNode,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Context as SocketContext, Server, SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Context } from '../../kernel/context.js';
import type { Origin, Viewer } from '../../kernel/viewer.js';
import type { Gate } from './gate.js';
import type { Identity } from './identity.js';
import { checkCost, limitsRule, queryLimits } from './limits.js';
import { SocketLimits } from '../http/socket-limits.js';
import type { SocketSeat } from '../http/socket-limits.js';
import type { OpenSocket, SocketRegistry } from './socket-registry.js';
import { serveSocket } from './socket-wire.js';
import { subscribeInUnits } from './subscribe.js';

const frameBytes = 64 * 1024;
const mostOperations = 20;
const knownDocuments = 200;

/** What the HTTP side has found out about an upgrade before it hands the socket over. */
export interface UpgradeFacts {
  readonly origin: Origin;
  /** The session cookie, null when there is none or the Origin rule forbids its use. */
  readonly cookie: string | null;
}

interface Extra {
  readonly wire: WebSocket;
  /** A place among the person's sockets; before that among those of an address. */
  seat: SocketSeat | null;
  readonly facts: UpgradeFacts;
  socket: OpenSocket | null;
  operations: number;
}

type Session = SocketContext<Record<string, unknown>, Extra>;

export interface SocketParts {
  readonly schema: GraphQLSchema;
  readonly gate: Gate;
  readonly identity: Identity;
  readonly registry: SocketRegistry;
  readonly formatError: (error: unknown) => GraphQLFormattedError;
  readonly unitOfWork: <T>(work: () => Promise<T>) => Promise<T>;
  readonly contextFor: (viewer: Viewer) => Context;
}

/** Subscriptions over graphql-transport-ws, under the same limits, gate and errors as HTTP. */
export class Sockets {
  readonly #wire = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  readonly #server: Server<Extra>;
  readonly #limits = new SocketLimits();
  /** Parsed documents are shared: most sockets of a page ask the same few. */
  readonly #documents = new Map<string, DocumentNode>();

  constructor(private readonly parts: SocketParts) {
    this.#server = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: 3_000,
      onConnect: (session) => this.#connect(session),
      onSubscribe: (session, _id, payload) => this.#admit(session, payload),
      onComplete: (session) => void session.extra.operations--,
      subscribe: (args) => this.#subscribe(args),
      onDisconnect: ({ extra }) => {
        if (extra.socket) parts.registry.remove(extra.socket);
      },
    });
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, facts: UpgradeFacts): void {
    this.#wire.handleUpgrade(request, stream, head, (wire) => {
      // Those with a cookie are identified at once, and many tabs may share an address.
      const seat = facts.cookie === null ? this.#limits.enter(facts.origin.address) : null;
      if (facts.cookie === null && !seat) return wire.close(4429, 'Too many connections');
      wire.once('close', () => extra.seat?.leave());
      const extra: Extra = { wire, facts, seat, socket: null, operations: 0 };
      serveSocket(this.#server, wire, extra);
    });
  }

  close(): void {
    this.parts.registry.closeAll(1001, 'The server is going away');
    this.#wire.close();
  }

  async #connect({ extra, connectionParams }: Session): Promise<boolean> {
    const { identity, registry, unitOfWork, formatError } = this.parts;
    const given = connectionParams?.['authorization'];
    const authorization = typeof given === 'string' ? given : null;
    const close = (code: number, reason: string) => extra.wire.close(code, reason);
    let viewer: Viewer;
    try {
      viewer = await unitOfWork(() =>
        identity.identify({ authorization, cookie: extra.facts.cookie }, extra.facts.origin),
      );
    } catch (error) {
      const { message, extensions } = formatError(error);
      const code = String(extensions?.['code']);
      close(
        code === 'UNAVAILABLE' ? 1013 : code === 'UNAUTHENTICATED' ? 4401 : 4403,
        message.slice(0, 120),
      );
      return true;
    }
    if (viewer.kind === 'anonymous') {
      close(4401, 'Sign in first');
      return true;
    }
    const socket: OpenSocket = { viewer, close };
    // The connection may have gone while it was identified.
    if (extra.wire.readyState !== extra.wire.OPEN) return true;
    if (!this.#sit(extra, viewer.accountId!)) {
      close(4429, 'Too many connections of this account');
      return true;
    }
    registry.add(socket);
    extra.socket = socket;
    return true;
  }

  #sit(extra: Extra, accountId: string): boolean {
    if (extra.seat) return extra.seat.identify(accountId);
    extra.seat = this.#limits.enterAs(accountId);
    return extra.seat !== null;
  }

  async #admit(
    session: Session,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    const { schema, gate, contextFor, formatError } = this.parts;
    const { extra } = session;
    extra.operations++;
    try {
      if (!extra.socket) throw coded('UNAUTHENTICATED', 'Sign in first.');
      if (extra.operations > mostOperations) {
        throw coded('QUERY_TOO_COMPLEX', `At most ${mostOperations} subscriptions a connection.`);
      }
      const document = this.#document(payload.query);
      const operation = getOperationAST(document, payload.operationName);
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
        throw coded('BAD_REQUEST', 'Sockets take subscriptions only; send this by POST.');
      }
      gate.check(document, extra.socket.viewer);
      checkCost(schema, document, operation, payload.variables ?? {});
      return {
        schema,
        document,
        operationName: payload.operationName,
        variableValues: payload.variables,
        rootValue: extra.socket,
        contextValue: contextFor(extra.socket.viewer),
      };
    } catch (error) {
      const list = error instanceof Faults ? error.list : [error];
      return list.map((one) => formatError(one) as GraphQLError);
    }
  }

  #document(text: string): DocumentNode {
    const known = this.#documents.get(text);
    if (known) return known;
    if (text.length > queryLimits.characters) {
      throw coded(
        'QUERY_TOO_COMPLEX',
        `The query may have at most ${queryLimits.characters} characters.`,
      );
    }
    const document = this.#parse(text);
    const faults = validate(this.parts.schema, document, [...specifiedRules, limitsRule], {
      maxErrors: 5,
    });
    if (faults.length > 0) throw new Faults(faults);
    if (this.#documents.size >= knownDocuments) this.#documents.clear();
    this.#documents.set(text, document);
    return document;
  }

  #parse(text: string): DocumentNode {
    try {
      return parse(text, { maxTokens: queryLimits.tokens });
    } catch (error) {
      throw recoded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED');
    }
  }

  #subscribe(args: ExecutionArgs) {
    const { registry, gate, unitOfWork, contextFor, formatError } = this.parts;
    const socket = args.rootValue as OpenSocket;
    return unitOfWork(() =>
      subscribeInUnits(
        { ...args, rootValue: undefined },
        {
          formatError,
          run: async (work) => {
            const viewer = await registry.recheck(socket);
            if (!viewer) return null;
            try {
              gate.check(args.document, viewer);
            } catch (error) {
              return {
                errors: [
                  new GraphQLError('', {
                    originalError: error as Error,
                    extensions: { code: 'FORBIDDEN' },
                  }),
                ],
              };
            }
            return unitOfWork(() => work(contextFor(viewer)));
          },
        },
      ),
    );
  }
}

/** All that validation found at once. */
class Faults extends Error {
  readonly list: readonly GraphQLError[];

  constructor(found: readonly GraphQLError[]) {
    super('The document is not valid');
    this.list = found.map((fault) => recoded(fault, 'GRAPHQL_VALIDATION_FAILED'));
  }
}

const coded = (code: string, message: string) =>
  new GraphQLError(message, { extensions: { code } });

const recoded = (fault: GraphQLError, code: string) =>
  new GraphQLError(fault.message, {
    nodes: fault.nodes,
    extensions: { code, ...fault.extensions },
  });
