import type { ServerResponse } from 'node:http';
import { answer, BadRequest } from './answer.js';
import type { Incoming } from './request/incoming.js';
import type { OriginRule } from './request/origin.js';
import type { Route } from './route/routes.js';

const requestHeaders = 'authorization, content-type, apollo-require-preflight';
const exposedHeaders = 'retry-after, x-request-id';
/** Seconds a browser may keep a preflight's answer; short, so that ALLOWED_ORIGINS can be tightened. */
const preflightAge = '600';

/**
 * The route, answering pages of allowed origins with credentials. Others get no CORS header at
 * all, and never a `*`.
 */
export function withCors(
  origins: OriginRule,
  route: Route & { methods: readonly string[] },
): Route {
  const allow = (request: Incoming, response: ServerResponse): boolean => {
    response.appendHeader('Vary', 'Origin');
    const { origin } = request.headers;
    if (!origins.allows(origin)) return false;
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    return true;
  };
  return {
    ...route,
    methods: [...route.methods, 'OPTIONS'],
    async handle(request, response) {
      const allowed = allow(request, response);
      if (request.method !== 'OPTIONS') {
        if (allowed) response.setHeader('Access-Control-Expose-Headers', exposedHeaders);
        return route.handle(request, response);
      }
      if (!allowed) throw new BadRequest(403, 'This origin is not in ALLOWED_ORIGINS.');
      answer(response, 204, '', {
        'Access-Control-Allow-Methods': route.methods.join(', '),
        'Access-Control-Allow-Headers': requestHeaders,
        'Access-Control-Max-Age': preflightAge,
      });
    },
  };
}
