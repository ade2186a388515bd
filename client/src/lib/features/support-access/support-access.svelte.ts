import { follow } from '../../connection/follow.ts';
import { useGatehouse } from '../../connection/context.ts';
import type { Failure } from '../../connection/failure.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  DisableSupportAccessDocument,
  EnableSupportAccessDocument,
  SupportAccessDocument,
  SupportAccessLiveDocument,
} from '../../graphql/generated/documents.ts';
import type { SupportAccessFieldsFragment } from '../../graphql/generated/documents.ts';

export type SupportState = SupportAccessFieldsFragment;

/** What a component shows of it, whoever keeps it up to date. */
export interface SupportWindow {
  readonly state: SupportState | undefined;
  readonly failure: Failure | undefined;
  refresh(): Promise<void>;
  /** @throws Failure */
  enable(hours: number): Promise<void>;
  /** @throws Failure */
  disable(): Promise<void>;
}

/** The support team's window as it is now, here and in everybody's page. Make it while a component is made. */
export function supportWindow(): SupportWindow {
  const gatehouse = useGatehouse();
  const first = query(SupportAccessDocument, () => ({}));
  // What was told last; it carries no id by which the cache could keep it.
  let told = $state.raw<SupportState>();

  $effect(() =>
    follow(gatehouse, SupportAccessLiveDocument, {}, ({ supportAccess }) => {
      told = supportAccess;
    }),
  );

  return {
    get state() {
      return told ?? first.data?.admin.supportAccess;
    },
    get failure() {
      return told ? undefined : first.failure;
    },
    refresh: () => first.refresh(),
    async enable(hours) {
      told = (await gatehouse.mutate(EnableSupportAccessDocument, { hours })).enableSupportAccess;
    },
    async disable() {
      told = (await gatehouse.mutate(DisableSupportAccessDocument, {})).disableSupportAccess;
    },
  };
}
