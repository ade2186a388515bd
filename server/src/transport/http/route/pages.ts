import type { ServerResponse } from 'node:http';
import { BadRequest } from '../answer.js';
import { answerInProcess } from '../request/fetch-request.js';
import type { GraphqlHandler } from '../request/fetch-request.js';
import { setPageHeaders } from '../headers.js';
import type { Incoming } from '../request/incoming.js';

/** The handler that @sveltejs/adapter-node builds. */
export type PagesHandler = (
  request: Incoming,
  response: ServerResponse,
  next: () => void,
) => unknown;

/**
 * Settings of adapter-node that must be in the environment before its handler is imported. It has
 * no other way to learn the site's origin: without them it takes https for granted and refuses
 * every form over plain http.
 */
export const pagesEnvironment = {
  PROTOCOL_HEADER: 'x-gh-proto',
  HOST_HEADER: 'x-gh-host',
  ADDRESS_HEADER: 'x-gh-ip',
} as const;

/**
 * Serves SvelteKit's pages, told where they are and who asks by our own headers; what a client
 * sends under these names the server has dropped. `event.platform.req.graphql(request)` calls
 * GraphQL without leaving the process.
 */
export function createPages(
  publicUrl: string,
  handler: PagesHandler,
  graphql: GraphqlHandler,
  allowedOrigins: readonly string[] = [],
): (request: Incoming, response: ServerResponse) => Promise<void> {
  const { protocol, host } = new URL(publicUrl);
  return async (request, response) => {
    request.headers['x-gh-proto'] = protocol.slice(0, -1);
    request.headers['x-gh-host'] = host;
    request.headers['x-gh-ip'] = request.address ?? '';
    request.graphql = answerInProcess(graphql, request);
    request.allowedOrigins = allowedOrigins;
    setPageHeaders(response, request.path);
    await new Promise<void>((resolve, reject) => {
      const next = () => reject(new BadRequest(404, 'There is nothing at this address.'));
      Promise.resolve(handler(request, response, next)).then(() => resolve(), reject);
    });
  };
}
