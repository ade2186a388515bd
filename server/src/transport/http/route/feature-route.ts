import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerResponse } from 'node:http';
import type { HttpRoute, RouteAnswer } from '../../../kernel/http-route.js';
import { anonymous, refuseNobody } from '../../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../../kernel/access/viewer.js';
import { readBody } from '../request/body.js';
import { withCors } from '../cors.js';
import type { Incoming } from '../request/incoming.js';
import type { OriginRule } from '../request/origin.js';
import type { Route } from './routes.js';

export interface FeatureRouteParts {
  readonly origins: OriginRule;
  /** @param cookie of the session @throws Refusal for a credential that may not be used */
  readonly identify: (request: Incoming, origin: Origin) => Promise<Viewer>;
  readonly unitOfWork: <T>(work: () => Promise<T>) => Promise<T>;
}

const uploadTimeoutMs = 60_000;
const nothing = Buffer.alloc(0);

/** A room's address, behind the same rules as GraphQL. */
export function featureRoute(route: HttpRoute, parts: FeatureRouteParts): Route {
  const { origins, identify, unitOfWork } = parts;
  const plain: Route = {
    name: route.name,
    prefix: route.prefix,
    // A HEAD could use up a one-time address, and nobody needs one for the others.
    methods: [route.method],
    async handle(request, response) {
      if (route.method !== 'GET') origins.checkUnsafe(request);
      const origin: Origin = {
        address: request.address,
        userAgent: request.headers['user-agent'] ?? null,
      };
      const who = () => (route.asksWho ? identify(request, origin) : anonymous(origin));
      // Before the body: two megabytes of a stranger are not waited for.
      if (route.asksWho) await unitOfWork(async () => refuseStranger(await who()));
      const body = route.mostBytes
        ? await readBody(request, route.mostBytes, uploadTimeoutMs)
        : nothing;
      const rest = request.path.slice(route.prefix.length);
      // Who calls may have lost the right while the bytes came.
      const answer = await unitOfWork(async () =>
        route.handle({ viewer: await who(), rest, body }),
      );
      await send(response, answer);
    },
  };
  return route.cors ? withCors(origins, plain) : plain;
}

function refuseStranger(viewer: Viewer): void {
  if (viewer.accountId === null) refuseNobody(viewer);
}

async function send(response: ServerResponse, answer: RouteAnswer): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  const { body = nothing } = answer;
  if (Buffer.isBuffer(body)) {
    if (answer.status !== 204) response.setHeader('Content-Length', body.length);
    response.end(body);
  } else {
    await pipeline(Readable.from(body), response);
  }
}
