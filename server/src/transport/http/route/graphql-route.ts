import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from '../answer.js';
import { readJson } from '../request/body.js';
import { withCors } from '../cors.js';
import { maxGraphqlBody } from '../request/fetch-request.js';
import type { GraphqlAnswer, GraphqlHandler } from '../request/fetch-request.js';
import type { OriginRule } from '../request/origin.js';
import type { Route } from './routes.js';

/** POST /graphql: the Origin rule, the type, the size; what is asked is the handler's to judge. */
export function graphqlRoute(handler: GraphqlHandler, origins: OriginRule): Route {
  return withCors(origins, {
    name: 'graphql',
    path: '/graphql',
    methods: ['POST'],
    async handle(request, response) {
      origins.checkUnsafe(request);
      const body = await readJson(request, maxGraphqlBody);
      const headers = toHeaders(request);
      send(response, await handler({ method: 'POST', headers, body, incoming: request }));
    },
  });
}

/** GET /schema.graphql: public also where introspection is off. @param sdl the schema's text. */
export function schemaRoute(sdl: string): Route {
  return {
    name: 'schema',
    path: '/schema.graphql',
    methods: ['GET', 'HEAD'],
    handle: async (_request, response) =>
      answer(response, 200, sdl, { 'Content-Type': 'text/plain; charset=utf-8' }),
  };
}

function toHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function send(response: ServerResponse, { status, headers, body }: GraphqlAnswer): void {
  for (const [name, value] of headers) {
    // Each Set-Cookie is its own header (RFC 9110 §5.3), and Vary already names Origin.
    if (name === 'set-cookie' || name === 'vary') response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  answer(response, status, body);
}
