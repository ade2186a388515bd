import type { ServerResponse } from 'node:http';
import type { Incoming } from './request/incoming.js';

/**
 * A path as it may stand in a log: without the query, where links carry their token, and without
 * the token that is a path segment of an export.
 */
export function maskPath(path: string): string {
  const masked = path.replace(/^(\/exports\/).*/i, '$1…');
  return masked.length > 200 ? `${masked.slice(0, 200)}…` : masked;
}

/** One line a request. @param ms milliseconds from its first byte to the end of the answer. */
export function logRequest(
  request: Incoming,
  response: ServerResponse,
  ms: number,
  level: 'info' | 'debug',
): void {
  request.log[level](
    {
      method: request.method,
      path: maskPath(request.path),
      status: response.headersSent ? response.statusCode : null,
      ms: Math.round(ms * 10) / 10,
      ...(response.writableFinished ? {} : { aborted: true }),
    },
    'request',
  );
}
