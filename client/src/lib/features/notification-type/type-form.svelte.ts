import * as v from 'valibot';
import { refusalsIn } from '../../connection/refusals.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { categoryShape, draftOf, keyShape, matrixChannels } from './type-draft.ts';
import type { NotificationType, TypeDraft } from './type-draft.ts';

/**
 * @param type null for a new one
 * @param taken keys that a new one may not have
 * @param put rejects with what the server refused
 */
export function typeForm(
  type: NotificationType | null,
  taken: readonly string[],
  put: (draft: TypeDraft) => Promise<void>,
) {
  const text = useText();
  const { t } = text;
  const line = v.pipe(v.string(), v.trim());

  return createForm({
    initial: draftOf(type),
    schema: () =>
      v.pipe(
        v.object({
          key: v.pipe(
            line,
            v.regex(keyShape, t('admin.types.keyWrong')),
            v.check((key) => type !== null || !taken.includes(key), t('admin.types.keyTaken')),
          ),
          category: v.pipe(line, v.regex(categoryShape, t('admin.types.categoryWrong'))),
          name: v.pipe(line, v.nonEmpty(t('admin.types.nameMissing'))),
          description: line,
          severity: v.picklist(['INFO', 'SUCCESS', 'WARNING', 'CRITICAL']),
          channels: v.array(v.picklist(matrixChannels)),
          title: line,
          body: line,
          titleIt: line,
          bodyIt: line,
        }),
        v.forward(
          v.check(({ title, body }) => title !== '' || body === '', t('admin.types.titleMissing')),
          ['title'],
        ),
        v.forward(
          v.check(
            ({ titleIt, bodyIt }) => titleIt !== '' || bodyIt === '',
            t('admin.broadcasts.translationHalf'),
          ),
          ['titleIt'],
        ),
      ),
    submit: put,
    // What the page calls otherwise.
    refusals: refusalsIn(text, ({ field, message }) => {
      if (field === 'title') return { field: 'name', message };
      return field === 'texts' ? { field: 'title', message } : undefined;
    }),
  });
}
