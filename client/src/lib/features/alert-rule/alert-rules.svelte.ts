import { useGatehouse } from '../../connection/context.ts';
import type { Failure } from '../../connection/failure.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  AlertRulesDocument,
  HostHistoryDocument,
  PutAlertRuleDocument,
  RemoveAlertRuleDocument,
} from '../../graphql/generated/documents.ts';
import type { AlertRuleInput, HostNowFragment } from '../../graphql/generated/documents.ts';
import type { History, Rule } from './metrics.ts';

const nowEveryMs = 7_000;
const historyEveryMs = 60_000;

/** What the page of the rules shows, whoever keeps it up to date. */
export interface AlertRuleBook {
  readonly rules: readonly Rule[] | undefined;
  readonly host: HostNowFragment | undefined;
  readonly hosts: readonly string[];
  readonly history: History | undefined;
  readonly failure: Failure | undefined;
  /** Which host is shown. */
  show(host: string): void;
  refresh(): Promise<void>;
  /** @throws Failure */
  put(input: AlertRuleInput): Promise<void>;
  /** @throws Failure */
  remove(id: string): Promise<void>;
}

/** The rules and the present values, asked for again while somebody looks. Make it while a component is made. */
export function alertRuleBook(): AlertRuleBook {
  const gatehouse = useGatehouse();
  let chosen = $state<string | null>(null);
  const now = query(AlertRulesDocument, () => ({ host: chosen }));
  const day = query(HostHistoryDocument, () => ({ host: chosen }));

  $effect(() => whileSeen(nowEveryMs, () => now.refresh()));
  $effect(() => whileSeen(historyEveryMs, () => day.refresh()));

  return {
    get rules() {
      return now.data?.admin.alertRules;
    },
    get host() {
      return now.data?.admin.host;
    },
    get hosts() {
      return now.data?.admin.hosts ?? [];
    },
    get history() {
      return day.data?.admin.host;
    },
    get failure() {
      return now.failure;
    },
    show(host) {
      chosen = host;
    },
    refresh: () => now.refresh(),
    async put(input) {
      await gatehouse.mutate(PutAlertRuleDocument, { input });
    },
    async remove(id) {
      await gatehouse.mutate(RemoveAlertRuleDocument, { id });
    },
  };
}

/** Nobody reads a hidden page. @returns how to stop */
function whileSeen(everyMs: number, work: () => unknown): () => void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') work();
  }, everyMs);
  return () => clearInterval(timer);
}
