import { refusalIn } from '../../../kernel/errors.js';
import { BadRequest, describeError } from '../answer.js';
import { requireJson } from './body.js';
import type { Incoming } from './incoming.js';

export interface GraphqlRequest {
  readonly method: string;
  readonly headers: Headers;
  /** JSON text, at most `maxGraphqlBody` bytes, not yet parsed. */
  readonly body: string;
  /** The request that came over the network: client address, id, log. */
  readonly incoming: Incoming;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** GraphQL over HTTP, behind the checks that belong to HTTP. */
export type GraphqlHandler = (request: GraphqlRequest) => Promise<GraphqlAnswer>;

/** Bytes. */
export const maxGraphqlBody = 100 * 1024;

/** Who asks is told by the browser's request alone, never by what a page's code put into its own. */
const fromTheBrowser = ['cookie', 'authorization', 'user-agent', 'accept-language'] as const;

/**
 * GraphQL for pages as they render. The request is the page's, made in SvelteKit's `handleFetch`;
 * the credential is the browser's. The answer carries Set-Cookie, which the page passes on. There
 * is no Origin to check: our own code asks, and SvelteKit checks forms itself.
 */
export function answerInProcess(
  handler: GraphqlHandler,
  incoming: Incoming,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const body = await readRequest(request);
      const headers = new Headers({ 'content-type': 'application/json' });
      const accept = request.headers.get('accept');
      if (accept !== null) headers.set('accept', accept);
      for (const name of fromTheBrowser) {
        const value = incoming.headers[name];
        if (value !== undefined) headers.set(name, value);
      }
      const answer = await handler({ method: request.method, headers, body, incoming });
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    } catch (error) {
      if (!refusalIn(error)) incoming.log.error({ err: error }, 'request failed');
      const { status, headers, body } = describeError(error);
      return new Response(body, { status, headers });
    }
  };
}

async function readRequest(request: Request): Promise<string> {
  if (request.method !== 'POST') {
    throw new BadRequest(405, 'This address takes POST only.', { Allow: 'POST' });
  }
  requireJson(request.headers.get('content-type') ?? undefined);
  const body = await request.text();
  if (Buffer.byteLength(body) > maxGraphqlBody) {
    throw new BadRequest(413, `The body is larger than ${maxGraphqlBody} bytes.`);
  }
  return body;
}
