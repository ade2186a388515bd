import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { errorCodes, refusalIn } from '../../kernel/errors.js';
import type { ErrorCode, RefusalDetails } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log/log.js';

const known = new Set<string>(errorCodes);
/** Seconds after which a server without its database is worth another try. */
const comeBackAfter = 2;

/**
 * Turns whatever was thrown into what may leave the server: refusals and faults of the request as
 * they are, everything else masked, with a line in the log that has the whole story.
 */
export function errorMapper(log: Log): (error: unknown) => GraphQLFormattedError {
  return (error) => {
    const thrown =
      error instanceof GraphQLError
        ? error
        : new GraphQLError(String(error), {
            originalError: error instanceof Error ? error : undefined,
          });
    const place = { locations: thrown.locations, path: thrown.path };
    const cause = deepest(thrown);
    const refusal = refusalIn(cause);
    if (refusal) {
      return { message: refusal.message, ...place, extensions: { ...refusal.extensions() } };
    }
    if (isDatabaseAway(cause)) {
      log.warn({ err: cause }, 'the database did not answer');
      return {
        message: 'The server is busy or without its database. Try again in a moment.',
        ...place,
        extensions: { code: 'UNAVAILABLE', retryAfter: comeBackAfter },
      };
    }
    const fault = requestFault(thrown, cause);
    if (fault) return { message: cut(thrown.message), ...place, extensions: { ...fault } };
    log.error({ err: cause, path: thrown.path }, 'a call failed');
    return {
      message: 'Something went wrong on our side. It was written to the log.',
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  };
}

function deepest(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** graphql-js reports this limit as a fault of syntax. */
const tooManyTokens = /^Syntax Error: Document contains more that \d+ tokens/;

/** The last of many about variables. */
const tooManyFaults = /^Too many errors processing variables/;

/** Codes of Apollo's own for requests that name no operation to run. */
const ofApollo: Record<string, ErrorCode> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
};

/** Codes of what was wrong with the request itself, which validation and coercion report. */
function requestFault(
  error: GraphQLError,
  cause: unknown,
): ({ code: ErrorCode } & RefusalDetails) | null {
  if (!(cause instanceof GraphQLError)) return null;
  const inner = cause.extensions['code'];
  const outer =
    inner === 'QUERY_TOO_COMPLEX' || inner === 'BAD_USER_INPUT' ? inner : error.extensions['code'];
  const code = tooManyTokens.test(error.message)
    ? 'QUERY_TOO_COMPLEX'
    : (ofApollo[String(outer)] ?? outer);
  const field = fieldOfCoercion(error.message);
  if (tooManyFaults.test(error.message)) return { code: 'BAD_USER_INPUT' };
  if (field !== null) return { code: 'BAD_USER_INPUT', field };
  if (typeof code !== 'string' || !known.has(code)) return null;
  return { code: code as ErrorCode };
}

/**
 * graphql-js names the place of a wrong variable only in its message:
 * `Variable "$input" got invalid value 5 at "input.email"; …`. The last name of the path is the field.
 */
function fieldOfCoercion(message: string): string | null {
  const match =
    /^Variable "\$([^"]+)" (?:got invalid value[\s\S]* at "([^"]+)";|got invalid value|of (?:required|non-null) type|has invalid)/.exec(
      message,
    );
  if (!match) return null;
  const path = (match[2] ?? match[1]!).replace(/\[\d+\]/g, '').split('.');
  const missing = /Field "([^"]+)" (?:of required type|is not defined)/.exec(message);
  return missing?.[1] ?? path.at(-1) ?? null;
}

/** A wrong value is repeated in graphql-js's messages; a password or a megabyte should not be. */
function cut(message: string): string {
  const value = 'got invalid value ';
  const start = message.indexOf(value) + value.length;
  const reason = message.lastIndexOf('; ');
  const safe =
    start < value.length || reason < start
      ? message
      : `${message.slice(0, start)}…${message.slice(reason)}`;
  return safe.length > 300 ? `${safe.slice(0, 299)}…` : safe;
}

// SQLSTATE classes 08 (connection), 53 (out of connections, memory, disk) and 57P (operator
// intervention), 25P03 and 57014 (time limits), then Node's own socket errors.
const awayCodes =
  /^(08...|53...|57P..|57014|25P03|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
const awayMessages =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable|closed the connection/i;

export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && awayCodes.test(code)) return true;
  if (awayMessages.test(error.message)) return true;
  const inner = error.cause ?? (error as { previous?: unknown }).previous;
  return inner !== undefined && inner !== error && isDatabaseAway(inner);
}
