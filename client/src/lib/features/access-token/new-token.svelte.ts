import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { CreateAccessTokenDocument } from '../../graphql/generated/documents.ts';
import type { Scope } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { endOfDay, isDay } from '../../text/days.ts';
import { createForm } from '../../ui/form.svelte.ts';
import type { CreatedToken } from './access-tokens.svelte.ts';
import { expiryAt, ownDay } from './scopes.ts';

export function newTokenForm(onsuccess: (created: CreatedToken) => void) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;

  const isAhead = (day: string) => isDay(day) && day > text.dayOf(new Date());

  return createForm({
    initial: { name: '', scopes: [] as Scope[], expiry: '90', lastDay: '' },
    schema: () =>
      v.pipe(
        v.object({
          name: v.pipe(v.string(), v.trim(), v.nonEmpty(t('api.nameMissing'))),
          scopes: v.pipe(
            v.custom<Scope[]>(Array.isArray),
            v.check((all) => all.length > 0, t('api.scopesMissing')),
          ),
          expiry: v.string(),
          lastDay: v.string(),
        }),
        v.forward(
          v.check(
            ({ expiry, lastDay }) => expiry !== ownDay || isAhead(lastDay),
            t('api.lastDayWrong'),
          ),
          ['lastDay'],
        ),
      ),
    submit: async ({ name, scopes, expiry, lastDay }) => {
      const expiresAt = expiry === ownDay ? endOfDay(lastDay, text.timeZone) : expiryAt(expiry);
      const input = { name, scopes, expiresAt };
      const { createAccessToken } = await gatehouse.mutate(CreateAccessTokenDocument, { input });
      onsuccess(createAccessToken);
    },
    refusals: refusalsIn(text),
  });
}
