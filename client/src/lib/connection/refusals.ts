import type { Text } from '../text/text.svelte.ts';
import { asFailure, cancelled } from './failure.ts';
import type { Failure } from './failure.ts';
import { sentenceOf } from './sentence.ts';

/** A refusal in words, beside the field it is about. */
export interface Refusal {
  field?: string | undefined;
  message: string;
}

/**
 * What a form does with a failed submit.
 * @param special where a form can say it better than the catalogue; undefined leaves it to the catalogue
 */
export function refusalsIn(
  text: Text,
  special: (failure: Failure) => Refusal | undefined = () => undefined,
): (error: unknown) => Refusal[] {
  return (error) => {
    const failure = asFailure(error);
    if (failure.code === cancelled) return [];
    return [special(failure) ?? { field: failure.field, message: sentenceOf(failure, text) }];
  };
}
