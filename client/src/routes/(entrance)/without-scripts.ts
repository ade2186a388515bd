import { fail } from '@sveltejs/kit';
import type { RequestEvent } from '@sveltejs/kit';
import { createCaller } from '../../lib/connection/caller.ts';
import { asFailure, Failure } from '../../lib/connection/failure.ts';
import { sentenceOf } from '../../lib/connection/sentence.ts';
import type { Operation } from '../../lib/graphql/generated/types.ts';
import type { Text } from '../../lib/text/text.svelte.ts';

/** What a form that was sent without scripts came to. */
export interface Outcome {
  refusal?: {
    code: string;
    field: string | undefined;
    retryAfter: number | undefined;
    issues: readonly string[];
  };
  /** What was typed, no password. */
  typed: Record<string, string>;
}

/** Does what the form's script would have done. @param typed is shown again */
export async function submitted<Data, Variables>(
  fetch: typeof globalThis.fetch,
  [document, variables]: [Operation<Data, Variables>, Variables],
  typed: Record<string, string> = {},
) {
  try {
    await createCaller({ url: '/graphql', fetch }).mutate(document, variables);
    return { typed } as Outcome;
  } catch (error) {
    const { code, field, retryAfter, issues } = asFailure(error);
    return fail(400, { typed, refusal: { code, field, retryAfter, issues } } as Outcome);
  }
}

/** For the page of a mailed link whose form has nothing but its button. */
export const followed =
  <Data>(document: Operation<Data, { token: string }>) =>
  ({ fetch, url }: Pick<RequestEvent, 'fetch' | 'url'>) =>
    submitted(fetch, [document, { token: url.searchParams.get('token') ?? '' }]);

/** Why it was refused; undefined when it was not, or nothing was sent. */
export function refusalOf(outcome: Outcome | null | undefined): Failure | undefined {
  const refusal = outcome?.refusal;
  return refusal && new Failure(refusal.code, refusal);
}

/** How a mailed link's page goes on; what mends itself with another try is left to `problemOf`. */
export function cameTo(outcome: Outcome | null | undefined) {
  if (!outcome) return undefined;
  const refusal = refusalOf(outcome);
  if (!refusal) return 'done';
  if (refusal.code === 'CONFLICT') return 'conflict';
  const isToken = refusal.code === 'INVALID_TOKEN' || refusal.field === 'token';
  return isToken ? 'spent' : 'ready';
}

export function problemOf(outcome: Outcome | null | undefined, text: Text): string | undefined {
  const refusal = refusalOf(outcome);
  return refusal && sentenceOf(refusal, text);
}
