import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { ActivityByReferenceDocument } from '../../graphql/generated/documents.ts';
import type { ActivityFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';

/** @param onanswer null: this account has no such reference */
export function referenceForm(
  reference: string,
  onanswer: (found: ActivityFieldsFragment | null) => void,
) {
  const gatehouse = useGatehouse();
  const text = useText();

  return createForm({
    initial: { reference },
    schema: () =>
      v.object({
        reference: v.pipe(v.string(), v.trim(), v.minLength(1, text.t('activity.check.missing'))),
      }),
    submit: async (values) => {
      const { me } = await gatehouse.query(ActivityByReferenceDocument, values);
      onanswer(me?.activityByReference ?? null);
    },
    refusals: refusalsIn(text),
  });
}
