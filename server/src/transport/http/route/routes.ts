import type { ServerResponse } from 'node:http';
import { BadRequest } from '../answer.js';
import type { Incoming } from '../request/incoming.js';

/** One address, or with `prefix` all below it. Paths are compared raw: `/%67raphql` is not `/graphql`. */
export type Route = RouteBody &
  ({ readonly path: string } | { readonly prefix: '/' | `/${string}/` });

interface RouteBody {
  /** The class of request in metrics: a word, never part of an address. */
  readonly name: string;
  /** All that are answered, HEAD only when named: it could use up a one-time address. */
  readonly methods: readonly string[];
  /** Also answered while the server drains. */
  readonly whenDraining?: true;
  handle(request: Incoming, response: ServerResponse): Promise<void>;
}

/** @returns the route of a path: an exact one first, else the first matching prefix, else null. */
export function createRouter(routes: readonly Route[]): (path: string) => Route | null {
  const exact = new Map<string, Route>();
  const prefixes: { prefix: string; route: Route }[] = [];
  for (const route of routes) {
    if ('prefix' in route) prefixes.push({ prefix: route.prefix, route });
    else if (exact.has(route.path)) throw new Error(`Two routes for ${route.path}`);
    else exact.set(route.path, route);
  }
  return (path) =>
    exact.get(path) ?? prefixes.find(({ prefix }) => path.startsWith(prefix))?.route ?? null;
}

/** @throws BadRequest 405 with Allow (RFC 9110 §15.5.6). */
export function requireMethod(route: Route, method: string | undefined): void {
  if (route.methods.includes(method ?? '')) return;
  const allow = route.methods.join(', ');
  throw new BadRequest(405, `This address takes ${allow} only.`, { Allow: allow });
}
