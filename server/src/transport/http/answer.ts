import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, refusalIn } from '../../kernel/errors.js';
import type { ErrorCode } from '../../kernel/errors.js';

export type BadStatus = 400 | 403 | 404 | 405 | 408 | 413 | 414 | 415;

/** The HTTP request itself was wrong: BAD_REQUEST with its own status. */
export class BadRequest extends Refusal {
  constructor(
    readonly status: BadStatus,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super('BAD_REQUEST', message);
  }
}

/** For routes beside /graphql, which answer with a status and not only with a code. */
const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  IDENTITY_CONFIRMATION_REQUIRED: 403,
  PASSWORD_CHANGE_REQUIRED: 403,
  TWO_FACTOR_REQUIRED: 403,
  IP_NOT_ALLOWED: 403,
  ACCOUNT_DISABLED: 403,
  API_DISABLED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TAKEN: 409,
  LIMIT_REACHED: 409,
  RATE_LIMITED: 429,
  NOT_CONFIGURED: 501,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  /** `{ errors: [{ message, extensions: { code, … } }] }` */
  body: string;
}

/** A refusal in the shape of a GraphQL error; anything else becomes a 500 that says nothing. */
export function describeError(error: unknown): ErrorAnswer {
  const refusal =
    refusalIn(error) ?? new Refusal('INTERNAL_SERVER_ERROR', 'Something went wrong on the server.');
  const headers: Record<string, string> = { 'Content-Type': 'application/json; charset=utf-8' };
  if (refusal instanceof BadRequest) Object.assign(headers, refusal.headers);
  const { retryAfter } = refusal.details;
  if (retryAfter !== undefined) headers['Retry-After'] = String(Math.ceil(retryAfter));
  return {
    status: refusal instanceof BadRequest ? refusal.status : (statuses[refusal.code] ?? 400),
    headers,
    body: JSON.stringify({
      errors: [{ message: refusal.message, extensions: refusal.extensions() }],
    }),
  };
}

export function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status !== 204) response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, JSON.stringify(value), {
    'Content-Type': 'application/json; charset=utf-8',
  });
}

/** A browser that asked for a page gets the sentence alone, everybody else the error shape. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  const { status, headers, body } = describeError(error);
  if (!request.headers.accept?.includes('text/html')) {
    answer(response, status, body, headers);
    return;
  }
  const sentence = refusalIn(error)?.message ?? 'Something went wrong on the server.';
  answer(response, status, `${sentence}\n`, {
    ...headers,
    'Content-Type': 'text/plain; charset=utf-8',
  });
}
