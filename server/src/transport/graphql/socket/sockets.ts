import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, OperationTypeNode, getOperationAST } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Context as SocketContext, Server, SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Context } from '../../../kernel/access/context.js';
import { Refusal, refuse } from '../../../kernel/errors.js';
import type { Origin, Viewer } from '../../../kernel/access/viewer.js';
import { SocketLimits } from '../../http/socket-limits.js';
import type { SocketSeat } from '../../http/socket-limits.js';
import type { Gate } from '../gate.js';
import type { Identity } from '../identity.js';
import { checkCost } from '../limits.js';
import { SharedDocuments } from './shared-answers.js';
import { DocumentFaults, SocketDocuments } from './socket-documents.js';
import { OpenSocket } from './socket-registry.js';
import type { SocketRegistry } from './socket-registry.js';
import { sendText, serveSocket } from './socket-wire.js';
import type { Wire } from './socket-wire.js';
import { EventResults, subscribeInUnits } from './subscribe.js';

const frameBytes = 64 * 1024;
const mostOperations = 20;

/** What the HTTP side has found out about an upgrade before it hands the socket over. */
export interface UpgradeFacts {
  readonly origin: Origin;
  /** The session cookie, null when there is none or the Origin rule forbids its use. */
  readonly cookie: string | null;
}

interface Extra extends Wire {
  /** A place among the person's sockets; before that among those of an address. */
  seat: SocketSeat | null;
  readonly facts: UpgradeFacts;
  socket: OpenSocket | null;
}

type Session = SocketContext<Record<string, unknown>, Extra>;

/** Who subscribes, as `#admit` hands it to `#subscribe` in the place of a root value. */
interface Subscriber {
  readonly socket: OpenSocket;
  /** Sends an answer in the words of graphql-transport-ws. */
  send(json: string): Promise<void>;
}

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
  /** Sockets whose cookie is not looked up yet: a site behind one address reconnects all at once. */
  readonly #arriving = new SocketLimits({ perPerson: 0, perAddress: 200 });
  readonly #documents: SocketDocuments;
  readonly #shared: SharedDocuments;

  constructor(private readonly parts: SocketParts) {
    const { registry, formatError, schema } = parts;
    this.#documents = new SocketDocuments(schema);
    this.#shared = new SharedDocuments(schema);
    this.#server = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: 3_000,
      onConnect: (session) => this.#connect(session),
      onSubscribe: (session, id, payload) => this.#admit(session, id, payload),
      // Without these two graphql-ws would send what was thrown as it is.
      onError: (_session, _id, _payload, errors) => errors.map(formatError),
      onNext: (_session, _id, _payload, _args, result) => result,
      subscribe: (args) => this.#subscribe(args),
      onDisconnect: ({ extra }) => {
        if (extra.socket) registry.remove(extra.socket);
      },
    });
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, facts: UpgradeFacts): void {
    this.#wire.handleUpgrade(request, stream, head, (wire) => {
      const hasCookie = facts.cookie !== null;
      const seat = (hasCookie ? this.#arriving : this.#limits).enter(facts.origin.address);
      // Clients of ours come back after 1013 and stay away after 4429.
      if (!seat) return wire.close(hasCookie ? 1013 : 4429, 'Too many connections');
      wire.once('close', () => extra.seat?.leave());
      const extra: Extra = { wire, stream, facts, seat, socket: null };
      serveSocket(this.#server, extra, (error) => this.#fail(wire, error));
    });
  }

  close(): void {
    this.parts.registry.closeAll(1001, 'The server is going away');
    this.#wire.close();
  }

  async #connect({ extra, connectionParams }: Session): Promise<boolean> {
    const { identity, registry, unitOfWork, formatError } = this.parts;
    const { wire, facts } = extra;
    const given = connectionParams?.['authorization'];
    const authorization = typeof given === 'string' ? given : null;
    const hints = registry.hints;
    let viewer: Viewer;
    try {
      viewer = await unitOfWork(() =>
        identity.identify({ authorization, cookie: facts.cookie }, facts.origin),
      );
    } catch (error) {
      const { message, extensions } = formatError(error);
      wire.close(closingCodes[String(extensions?.['code'])] ?? 4403, message.slice(0, 120));
      return true;
    }
    // The connection may have gone while it was identified.
    if (wire.readyState !== wire.OPEN) return true;
    if (viewer.barred) wire.close(4403, viewer.barred.message);
    else if (viewer.kind === 'anonymous' || viewer.kind === 'key')
      wire.close(4401, 'Sign in first');
    else if (!this.#sit(extra, viewer.accountId!)) {
      wire.close(4429, 'Too many connections of this account');
    } else {
      extra.socket = new OpenSocket(viewer, (code, reason) => wire.close(code, reason));
      registry.add(extra.socket);
      if (registry.hints !== hints) void registry.checkAgain(extra.socket);
    }
    return true;
  }

  #sit(extra: Extra, accountId: string): boolean {
    const own = this.#limits.enterAs(accountId);
    if (!own) return false;
    extra.seat?.leave();
    extra.seat = own;
    return true;
  }

  async #admit(
    { extra, subscriptions }: Session,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema, gate, contextFor } = this.parts;
    const { query, operationName, variables } = payload;
    try {
      if (!extra.socket) refuse('UNAUTHENTICATED', 'Sign in first.');
      // This one is among them already.
      if (Object.keys(subscriptions).length > mostOperations) {
        refuse('QUERY_TOO_COMPLEX', `At most ${mostOperations} subscriptions a connection.`);
      }
      const document = this.#documents.read(query);
      const operation = getOperationAST(document, operationName);
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
        refuse('BAD_REQUEST', 'Sockets take subscriptions only; send this by POST.');
      }
      gate.check(document, extra.socket.viewer);
      checkCost(schema, document, operation, variables ?? {});
      const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      const subscriber: Subscriber = {
        socket: extra.socket,
        send: (json) => sendText(extra, `${head}${json}}`),
      };
      return {
        schema,
        document,
        operationName,
        variableValues: variables,
        rootValue: subscriber,
        contextValue: contextFor(extra.socket.viewer),
      };
    } catch (error) {
      const faults = error instanceof DocumentFaults ? error.list : [error as Error];
      return faults.map((fault) =>
        fault instanceof GraphQLError
          ? fault
          : new GraphQLError(fault.message, { originalError: fault }),
      );
    }
  }

  async #subscribe(args: ExecutionArgs): Promise<ExecutionResult | EventResults> {
    const { registry, gate, unitOfWork, contextFor, formatError } = this.parts;
    const { socket, send } = args.rootValue as Subscriber;
    const stream = await unitOfWork(() =>
      subscribeInUnits(
        { ...args, rootValue: undefined },
        {
          formatError,
          recheck: () => registry.recheck(socket),
          run: (viewer, work) => unitOfWork(() => work(contextFor(viewer))),
          shared: this.#shared.of(args.document),
          send,
          failed: (error) => this.#end(socket, error),
          over: () => socket.watchers.delete(watch),
        },
      ),
    );
    const watch = (viewer: Viewer) => {
      try {
        gate.check(args.document, viewer);
      } catch (error) {
        if (stream instanceof EventResults) stream.endWith(forbidden(error as Error));
      }
    };
    if (stream instanceof EventResults) socket.watchers.add(watch);
    // One that could not begin for want of the database would never be tried again.
    else if (stream.errors?.some((error) => error.extensions['code'] === 'UNAVAILABLE')) {
      socket.close(closingCodes['UNAVAILABLE']!, 'Try again later');
    }
    return stream;
  }

  #fail(wire: WebSocket, error: unknown): void {
    const { extensions, message } = this.parts.formatError(error);
    wire.close(closingCodes[String(extensions?.['code'])] ?? 1011, message.slice(0, 120));
  }

  #end(socket: OpenSocket, error: unknown): void {
    const { extensions, message } = this.parts.formatError(error);
    socket.close(closingCodes[String(extensions?.['code'])] ?? 1011, message.slice(0, 120));
  }
}

/** 1013 is "try again later" (IANA's registry), which clients do by themselves; after 1011 not. */
const closingCodes: Record<string, number> = { UNAVAILABLE: 1013, UNAUTHENTICATED: 4401 };

const forbidden = (error: Error) => new Refusal('FORBIDDEN', error.message);
