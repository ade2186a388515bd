import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { PolicyDocument, UpdatePolicyDocument } from '../../graphql/generated/documents.ts';
import type { PolicyFieldsFragment, PolicyInput } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import type { FormSchema } from '../../ui/form.svelte.ts';
import { getToaster } from '../../ui/toaster.svelte.ts';

export type Policy = PolicyFieldsFragment;

/** What holds for the whole site. Make it while a component is made. */
export function policyQuery() {
  const policy = query(PolicyDocument, () => ({}));
  return {
    get data(): Policy | undefined {
      return policy.data?.admin.policy;
    },
    get failure() {
      return policy.failure;
    },
    refresh: () => policy.refresh(),
  };
}

/**
 * A part of the policy as a form of its own: saved by itself, in force at once, and taken back by the toast.
 * @param former what it was, by the names of the API
 */
export function policyForm<Values extends PolicyInput & object, Form extends object>(
  initial: Form,
  schema: () => FormSchema<Values>,
  former: () => PolicyInput,
) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;
  const toaster = getToaster();
  const save = (input: PolicyInput) => gatehouse.mutate(UpdatePolicyDocument, { input });

  const form = createForm({
    initial,
    schema,
    submit: async (values) => {
      const before = former();
      await save(values);
      const undo = async () => {
        await save(before);
        Object.assign(form.values, before);
        toaster.show({ text: t('policy.undone') });
      };
      toaster.show({ tone: 'success', text: t('policy.saved'), undo });
    },
    refusals: refusalsIn(text),
  });
  return form;
}
