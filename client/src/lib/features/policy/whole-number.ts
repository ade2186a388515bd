import * as v from 'valibot';
import type { Text } from '../../text/text.svelte.ts';

/** A number field, whose value is text until it is looked at. */
export function wholeNumber({ t }: Text, least: number, most: number) {
  return v.pipe(
    v.union([v.string(), v.number()]),
    v.transform((value) => (String(value).trim() === '' ? Number.NaN : Number(value))),
    v.check(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      t('policy.numberWrong', { least, most }),
    ),
  );
}
