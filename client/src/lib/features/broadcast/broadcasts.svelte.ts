import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import {
  AudienceDocument,
  BroadcastDocument,
  BroadcastsDocument,
} from '../../graphql/generated/documents.ts';
import type {
  BroadcastFieldsFragment,
  BroadcastInput,
  Severity,
} from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { firstBroadcasts } from './first-broadcasts.ts';

/** From here on a word is typed before it goes: it cannot be taken back. */
export const manyPeople = 50;

export interface Draft {
  audience: 'EVERYONE' | 'ADMIN';
  severity: Severity;
  title: string;
  body: string;
  titleIt: string;
  bodyIt: string;
  url: string;
}

export const emptyDraft: Draft = {
  audience: 'EVERYONE',
  severity: 'INFO',
  title: '',
  body: '',
  titleIt: '',
  bodyIt: '',
  url: '',
};

/** @param key makes a repeated attempt one broadcast */
function broadcastInput(draft: Draft, key: string): BroadcastInput {
  const { audience, severity, title, body, titleIt, bodyIt, url } = draft;
  return {
    key,
    title,
    body,
    severity,
    url: url || null,
    role: audience === 'ADMIN' ? 'ADMIN' : null,
    translations: titleIt ? [{ locale: 'IT', title: titleIt, body: bodyIt }] : [],
  };
}

export class Broadcasts {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #query = query(BroadcastsDocument, () => firstBroadcasts);

  get all(): BroadcastFieldsFragment[] {
    return this.#query.data?.admin.broadcasts.nodes ?? [];
  }

  get hasMore(): boolean {
    return this.#query.data?.admin.broadcasts.pageInfo.hasNextPage ?? false;
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  async loadMore(): Promise<void> {
    const after = this.#query.data?.admin.broadcasts.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    // A page that does not come leaves the button to be pressed again.
    await this.#gatehouse
      .query(BroadcastsDocument, { ...firstBroadcasts, after })
      .catch(() => undefined);
    this.isLoadingMore = false;
  }
}

/** How many a broadcast would reach, by audience. Call it while a component is made. */
export function audience(of: () => Draft['audience']) {
  const reach = query(AudienceDocument, () => ({
    role: of() === 'ADMIN' ? ('ADMIN' as const) : null,
  }));
  return {
    get count(): number | undefined {
      return reach.data?.admin.audience;
    },
  };
}

/** @param review shows what is about to go out; it goes with `send` */
export function broadcastForm(review: (draft: Draft) => void) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;
  const isLink = (url: string) => url === '' || (/^https?:\/\//i.test(url) && URL.canParse(url));

  const form = createForm({
    initial: { ...emptyDraft },
    schema: () =>
      v.pipe(
        v.object({
          audience: v.picklist(['EVERYONE', 'ADMIN']),
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
      ),
    submit: async (draft) => review(draft),
    refusals: refusalsIn(text),
  });

  return {
    form,
    /** @throws Failure */
    send: async (draft: Draft, key: string): Promise<number> => {
      const { broadcast } = await gatehouse.mutate(BroadcastDocument, {
        input: broadcastInput(draft, key),
      });
      Object.assign(form.values, emptyDraft);
      return broadcast.recipients;
    },
  };
}
