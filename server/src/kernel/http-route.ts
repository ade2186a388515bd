import type { Viewer } from './access/viewer.js';

export interface RouteCall {
  /** Anonymous where the route does not ask who calls. */
  readonly viewer: Viewer;
  /** What follows the prefix, raw. */
  readonly rest: string;
  /** Empty where the route takes none. */
  readonly body: Buffer;
}

export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | AsyncIterable<Buffer>;
}

/** An address of a room beside GraphQL, for bytes. Each call runs in a unit of work. */
export interface HttpRoute {
  /** The class of request in metrics. */
  readonly name: string;
  readonly prefix: `/${string}/`;
  readonly method: 'GET' | 'PUT';
  /** By session cookie or access token, under the Origin rule; else everybody is nobody. */
  readonly asksWho?: true;
  /** Pages of ALLOWED_ORIGINS may call it too. */
  readonly cors?: true;
  /** Bytes; without it there is no body. */
  readonly mostBytes?: number;
  /** @throws Refusal */
  handle(call: RouteCall): Promise<RouteAnswer>;
}
