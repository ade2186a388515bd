/** Every value that `extensions.code` can take; the public contract, in its order. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'IDENTITY_CONFIRMATION_REQUIRED',
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'BAD_USER_INPUT',
  'WEAK_PASSWORD',
  'TAKEN',
  'NOT_FOUND',
  'CONFLICT',
  'LIMIT_REACHED',
  'WOULD_LOCK_OUT',
  'PASSWORD_CHANGE_REQUIRED',
  'TWO_FACTOR_REQUIRED',
  'IP_NOT_ALLOWED',
  'ACCOUNT_DISABLED',
  'API_DISABLED',
  'RATE_LIMITED',
  'NOT_CONFIGURED',
  'QUERY_TOO_COMPLEX',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface RefusalDetails {
  /** The input field that was wrong, by its name in the API. */
  field?: string;
  /** Seconds until another try makes sense. */
  retryAfter?: number;
  /** Machine-readable reasons, for example of WEAK_PASSWORD. */
  issues?: readonly string[];
}

/**
 * A deliberate no: the only kind of error whose message reaches a client. Everything else that is
 * thrown is a fault and leaves the server as INTERNAL_SERVER_ERROR without its text.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: RefusalDetails = {},
  ) {
    super(message);
  }

  /** What stands in `extensions` beside nothing else. */
  extensions(): { code: ErrorCode } & RefusalDetails {
    return { code: this.code, ...this.details };
  }
}

/** @returns what may be told of anything that was thrown; null for a fault */
export function refusalIn(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (!isAccountGone(error)) return null;
  return new Refusal('UNAUTHENTICATED', 'This account does not exist any more.');
}

/** It was deleted while a request of its own was under way, whose row now refers to nobody. */
function isAccountGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return (
    code === '23503' && typeof constraint === 'string' && constraint.endsWith('_account_id_fkey')
  );
}

export function refuse(code: ErrorCode, message: string, details?: RefusalDetails): never {
  throw new Refusal(code, message, details);
}
