import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { UpdateProfileDocument } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';

/** Code points, after NFC (behaviour: Account). */
const maxDisplayName = 64;

export function displayNameForm(displayName: string, onsuccess: () => void) {
  const gatehouse = useGatehouse();
  const text = useText();

  return createForm({
    initial: { displayName },
    schema: () =>
      v.object({
        displayName: v.pipe(
          v.string(),
          v.transform((name) => name.normalize('NFC').trim()),
          v.check(
            (name) => [...name].length <= maxDisplayName,
            text.t('profile.displayNameTooLong'),
          ),
        ),
      }),
    submit: async ({ displayName: name }) => {
      await gatehouse.mutate(UpdateProfileDocument, { input: { displayName: name || null } });
      void import('../passkey/signals.ts').then(({ tellNewName }) => tellNewName(gatehouse));
      onsuccess();
    },
    refusals: refusalsIn(text),
  });
}
