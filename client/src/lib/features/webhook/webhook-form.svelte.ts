import * as v from 'valibot';
import { refusalsIn } from '../../connection/refusals.ts';
import { isTold } from '../../connection/sentence.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import type { Webhook, WebhookValues } from './webhooks.svelte.ts';

/** `*` hears everything, types of the future included. */
export const everything = '*';
const longestDescription = 200;

export function webhookForm(
  webhook: Webhook | undefined,
  submit: (values: WebhookValues) => Promise<void>,
) {
  const text = useText();
  const { t } = text;

  return createForm({
    initial: {
      url: webhook?.url ?? '',
      events: webhook ? [...webhook.events] : [everything],
      description: webhook?.description ?? '',
    },
    schema: () =>
      v.object({
        url: v.pipe(
          v.string(),
          v.trim(),
          v.check(
            (url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''),
            t('notify.webhook.urlForm'),
          ),
        ),
        events: v.pipe(
          v.custom<string[]>(Array.isArray),
          v.check((all) => all.length > 0, t('notify.webhook.eventsMissing')),
        ),
        description: v.pipe(v.string(), v.trim(), v.maxLength(longestDescription)),
      }),
    submit,
    refusals: refusalsIn(text, (failure) =>
      failure.field?.endsWith('url') && isTold(failure)
        ? { field: 'url', message: failure.message }
        : undefined,
    ),
  });
}
