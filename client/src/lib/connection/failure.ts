import type { CombinedError } from '@urql/core';

/** Codes of the contract, plus what only a client can say. */
export type FailureCode = string;

/** A refusal as a page works with it. `message` is for logs; people read `sentenceOf(failure, text)`. */
export class Failure extends Error {
  readonly code: FailureCode;
  /** Input field the refusal is about, as the schema names it. */
  readonly field: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** What a password lacks, with WEAK_PASSWORD. */
  readonly issues: readonly string[];

  constructor(code: FailureCode, details: Partial<Omit<Failure, 'code' | 'name'>> = {}) {
    super(details.message ?? code);
    this.name = 'Failure';
    this.code = code;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
    this.issues = details.issues ?? [];
  }
}

/** The person closed the confirmation; nothing was done and nothing needs saying. */
export const cancelled = 'CANCELLED';

export function failureFrom(error: CombinedError): Failure {
  const first = error.graphQLErrors[0];
  return first ? refusalOf(first) : new Failure('UNREACHABLE', { message: error.message });
}

/** What one error of an answer says. */
export function refusalOf(first: {
  message: string;
  extensions?: Record<string, unknown>;
}): Failure {
  const { code, field, retryAfter, issues } = first.extensions ?? {};
  return new Failure(typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR', {
    message: first.message,
    field: typeof field === 'string' ? field : undefined,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
    issues: Array.isArray(issues) ? issues.map(String) : [],
  });
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('INTERNAL_SERVER_ERROR', { message: String(error) });
}
