import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import {
  BroadcastDocument,
  NotifyUsersDocument,
  ViewerDocument,
} from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { emptyDraft, messageOf, mostPeople, roleOf, SendingKey } from '../broadcast-draft/draft.ts';
import type { Draft } from '../broadcast-draft/draft.ts';

/** From here on a word is typed before it goes: it cannot be taken back. */
export const manyPeople = 50;

/**
 * @param review shows what is about to go out; it goes with `send`
 * @param tested hears that a test is in one's own inbox
 */
export function broadcastForm(review: (draft: Draft) => void, tested: () => void) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;
  const viewer = query(ViewerDocument, () => ({}));
  const key = new SendingKey();
  let isTest = $state(false);
  const isLink = (url: string) => url === '' || (/^https?:\/\//i.test(url) && URL.canParse(url));

  async function sendTest(draft: Draft): Promise<void> {
    const me = viewer.data?.me;
    if (!me) return;
    const message = messageOf(draft, crypto.randomUUID());
    await gatehouse.mutate(NotifyUsersDocument, { input: { ...message, userIds: [me.id] } });
    tested();
  }

  const form = createForm({
    initial: { ...emptyDraft },
    schema: () =>
      v.pipe(
        v.object({
          audience: v.picklist(['EVERYONE', 'ADMIN', 'CHOSEN']),
          people: v.array(v.object({ id: v.string(), username: v.string() })),
          severity: v.picklist(['INFO', 'SUCCESS', 'WARNING', 'CRITICAL']),
          title: v.pipe(v.string(), v.trim(), v.nonEmpty(t('admin.broadcasts.titleMissing'))),
          body: v.pipe(v.string(), v.trim(), v.nonEmpty(t('admin.broadcasts.bodyMissing'))),
          titleIt: v.pipe(v.string(), v.trim()),
          bodyIt: v.pipe(v.string(), v.trim()),
          url: v.pipe(v.string(), v.trim(), v.check(isLink, t('admin.broadcasts.linkWrong'))),
        }),
        v.forward(
          v.check(
            ({ titleIt, bodyIt }) => titleIt !== '' || bodyIt === '',
            t('admin.broadcasts.translationHalf'),
          ),
          ['titleIt'],
        ),
        v.forward(
          v.check(
            ({ audience, people }) => isTest || audience !== 'CHOSEN' || people.length > 0,
            t('admin.broadcasts.chooseSomebody'),
          ),
          ['people'],
        ),
        v.forward(
          v.check(
            ({ audience, people }) => audience !== 'CHOSEN' || people.length <= mostPeople,
            t('admin.broadcasts.chooseFewer'),
          ),
          ['people'],
        ),
      ),
    submit: async (draft) => (isTest ? sendTest(draft) : review(draft)),
    refusals: refusalsIn(text),
  });

  return {
    form,
    get isTesting() {
      return isTest && form.pending;
    },
    /** To oneself alone, as everybody would get it. */
    async test(): Promise<void> {
      isTest = true;
      await form.submit().finally(() => (isTest = false));
    },
    /** @returns how many got it. @throws Failure */
    async send(draft: Draft): Promise<number> {
      const input = messageOf(draft, key.of(draft));
      const recipients =
        draft.audience === 'CHOSEN'
          ? (
              await gatehouse.mutate(NotifyUsersDocument, {
                input: { ...input, userIds: draft.people.map(({ id }) => id) },
              })
            ).notifyUsers
          : (
              await gatehouse.mutate(BroadcastDocument, {
                input: { ...input, role: roleOf(draft) },
              })
            ).broadcast.recipients;
      key.sent();
      Object.assign(form.values, emptyDraft);
      return recipients;
    },
  };
}
