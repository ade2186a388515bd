import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  ConfirmIpAllowlistDocument,
  IpAllowlistDocument,
  SetIpAllowlistDocument,
} from '../../graphql/generated/documents.ts';
import { contains, networkOf } from './network.ts';
import type { Network } from './network.ts';

export interface AllowedEntry {
  readonly cidr: string;
  readonly label?: string | null | undefined;
}

/**
 * The list of allowed addresses: as it is in force, and as somebody is changing it. Nothing is sent
 * before Save: a list holds as a whole or not.
 */
export class Allowlist {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(IpAllowlistDocument, () => ({}));
  #draft = $state.raw<{ enabled: boolean; entries: readonly AllowedEntry[] }>();

  get kept() {
    return this.#query.data?.me?.security.ipAllowlist;
  }

  get failure() {
    return this.#query.failure;
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get enabled(): boolean {
    return this.#draft?.enabled ?? this.kept?.enabled ?? false;
  }

  get entries(): readonly AllowedEntry[] {
    return this.#draft?.entries ?? this.kept?.entries ?? [];
  }

  get isChanged(): boolean {
    const { kept } = this;
    if (!this.#draft || !kept) return false;
    const textOf = (all: readonly AllowedEntry[]) =>
      all.map(({ cidr, label }) => `${cidr} ${label ?? ''}`).join('\n');
    return (
      this.#draft.enabled !== kept.enabled || textOf(this.#draft.entries) !== textOf(kept.entries)
    );
  }

  get trialUntil(): Date | null {
    const until = this.kept?.trialUntil;
    return until ? new Date(until) : null;
  }

  /** From where this page is looked at; null when the server cannot tell. */
  get here(): Network | null {
    return networkOf(this.kept?.callerAddress ?? '');
  }

  /** Whether the list as it stands here lets this browser in. */
  get holdsHere(): boolean {
    const { here } = this;
    return here !== null && this.#networks.some((network) => contains(network, here));
  }

  get #networks(): Network[] {
    return this.entries.map(({ cidr }) => networkOf(cidr)).filter((network) => network !== null);
  }

  /** Another entry that holds all of this one, which is then of no use. */
  coveredBy(cidr: string): string | null {
    const network = networkOf(cidr);
    if (!network) return null;
    const wider = this.#networks.find(
      (other) => other.text !== network.text && contains(other, network),
    );
    return wider?.text ?? null;
  }

  switch(enabled: boolean): void {
    this.#draft = { enabled, entries: this.entries };
  }

  /** @returns false when it is in the list already */
  add(entry: AllowedEntry): boolean {
    if (this.entries.some(({ cidr }) => cidr === entry.cidr)) return false;
    this.#draft = { enabled: this.enabled, entries: [...this.entries, entry] };
    return true;
  }

  /** @returns how to put it back where it was */
  remove(cidr: string): () => void {
    const place = this.entries.findIndex((entry) => entry.cidr === cidr);
    const gone = this.entries[place];
    const left = this.entries.filter((entry) => entry.cidr !== cidr);
    this.#draft = { enabled: this.enabled, entries: left };
    return () => {
      if (gone)
        this.#draft = { enabled: this.enabled, entries: this.entries.toSpliced(place, 0, gone) };
    };
  }

  discard(): void {
    this.#draft = undefined;
  }

  /** @throws Failure */
  async save(): Promise<void> {
    const entries = this.entries.map(({ cidr, label }) => ({ cidr, label: label ?? null }));
    const input = { enabled: this.enabled, entries };
    await this.#gatehouse.mutate(SetIpAllowlistDocument, { input });
    this.#draft = undefined;
  }

  /** @throws Failure, with code CONFLICT once the trial is over */
  async confirm(): Promise<void> {
    await this.#gatehouse.mutate(ConfirmIpAllowlistDocument, {});
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }
}
