import { Extensions } from 'type-graphql';
import type { Viewer } from './viewer.js';

/** What of the caller an answer depends on, as text. */
export type SameFor = (viewer: Viewer) => string;

/**
 * On a subscription: what its resolver makes of an event depends on the event and, of all the rest
 * (caller, arguments, rows), on this alone. Who is told the same object and is the same by it gets one
 * answer, made once (decision 28).
 */
export function Same(sameFor: SameFor): MethodDecorator {
  return Extensions({ sameFor });
}

export const sameForOf = (field: { readonly extensions?: unknown }): SameFor | undefined =>
  (field.extensions as { sameFor?: SameFor } | undefined)?.sameFor;
