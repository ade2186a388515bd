import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { SetUserLimitDocument, UserLimitsDocument } from '../../graphql/generated/documents.ts';
import type { UserLimitFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { unitOf } from './limit-name.ts';
import { amountIn, typedAmount } from './size-input.ts';

export type UserLimit = UserLimitFieldsFragment['limits'][number];

const keyPattern = /^[a-z][a-z0-9_]{0,31}$/;

/** What somebody may use, for who administers it. Make it while a component is made. */
export class UserLimits {
  readonly #query;

  constructor(username: () => string) {
    this.#query = query(UserLimitsDocument, () => ({ username: username() }));
  }

  get user(): UserLimitFieldsFragment | undefined {
    return this.#query.data?.admin.user ?? undefined;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }
}

/** @param limit the one to change; without it one is named that there is not yet */
export function userLimitForm(userId: string, limit: UserLimit | null, onsaved: () => void) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;
  const wrong = (unit: 'BYTES' | 'COUNT') =>
    unit === 'BYTES' ? t('user.limits.sizeWrong') : t('user.limits.countWrong');
  const comma = text.language === 'it' ? ',' : '.';

  return createForm({
    initial: {
      key: limit?.key ?? '',
      unlimited: limit?.unlimited ?? false,
      amount: limit && !limit.unlimited ? typedAmount(limit.limit, limit.unit, comma) : '',
    },
    schema: () =>
      v.pipe(
        v.object({
          key: v.pipe(v.string(), v.trim(), v.regex(keyPattern, t('user.limits.keyWrong'))),
          unlimited: v.boolean(),
          amount: v.string(),
        }),
        v.rawCheck(({ dataset, addIssue }) => {
          if (!dataset.typed) return;
          const { key, unlimited, amount } = dataset.value;
          const unit = unitOf(key);
          if (unlimited || amountIn(amount, unit) !== undefined) return;
          addIssue({
            message: wrong(unit),
            path: [
              {
                type: 'object',
                origin: 'value',
                input: dataset.value,
                key: 'amount',
                value: amount,
              },
            ],
          });
        }),
      ),
    submit: async ({ key, unlimited, amount }) => {
      const value = unlimited ? -1 : amountIn(amount, unitOf(key))!;
      await gatehouse.mutate(SetUserLimitDocument, { id: userId, key, value });
      onsaved();
    },
    refusals: refusalsIn(text, ({ field, message }) =>
      field === 'value' ? { field: 'amount', message } : undefined,
    ),
  });
}
