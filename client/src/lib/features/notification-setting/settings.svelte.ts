import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  NotificationSettingsDocument,
  SetPreferencesDocument,
  SetQuietHoursDocument,
} from '../../graphql/generated/documents.ts';
import type { QuietHoursInput } from '../../graphql/generated/documents.ts';
import { columns, isLocked, keyOf } from './matrix.ts';
import type { Change, Column, ColumnState, ColumnStates, Preference } from './matrix.ts';

/** The server takes no more at once. */
const mostChanges = 200;
/** Milliseconds for which a tick says that a box was saved. */
const tickMs = 2_000;

/** How news reach a person, box by box. Make it while a component is made. */
export class NotificationSettings {
  /** Boxes just saved. */
  readonly saved = new SvelteSet<string>();
  readonly #gatehouse = useGatehouse();
  readonly #query = query(NotificationSettingsDocument, () => ({}));
  /** What was chosen and is not saved yet. */
  readonly #wanted = new SvelteMap<string, { readonly enabled: boolean }>();
  /** One after the other, so that the last choice is the one that stays. */
  #line: Promise<unknown> = Promise.resolve();

  get #settings() {
    return this.#query.data?.me?.notificationSettings;
  }

  get rows(): readonly Preference[] | undefined {
    return this.#settings?.types;
  }

  get channels() {
    return this.#settings;
  }

  get quietHours() {
    return this.#settings?.quietHours ?? null;
  }

  get email(): string {
    return this.#query.data?.me?.email ?? '';
  }

  get timeZone(): string {
    return this.#query.data?.me?.timeZone ?? '';
  }

  get failure() {
    return this.#query.failure;
  }

  isOffered(channel: 'EMAIL' | 'DISCORD' | 'SIGNAL'): boolean {
    return this.#query.data?.site.channels.includes(channel) ?? false;
  }

  get columns(): ColumnStates {
    const settings = this.#settings;
    const state = (channel: 'EMAIL' | 'DISCORD' | 'SIGNAL', isSetUp: boolean): ColumnState => {
      if (!this.isOffered(channel)) return 'notOffered';
      return isSetUp ? 'ready' : 'notSetUp';
    };
    return {
      IN_APP: 'ready',
      EMAIL: state('EMAIL', true),
      DISCORD: state('DISCORD', Boolean(settings?.discordWebhook ?? settings?.discordUserId)),
      SIGNAL: state('SIGNAL', settings?.signal?.verified ?? false),
    };
  }

  readonly isOn = (row: Preference, channel: Column): boolean =>
    this.#wanted.get(keyOf(row.type.key, channel))?.enabled ?? row.enabled.includes(channel);

  /** What it takes to bring boxes into one state: those that are in it already are left out. */
  changesTo(enabled: boolean, rows: readonly Preference[], channel: Column): Change[] {
    return rows
      .filter((row) => !isLocked(row, channel) && this.isOn(row, channel) !== enabled)
      .map((row) => ({ type: row.type.key, channel, enabled }));
  }

  /** As it stands, to come back to. */
  present(): Change[] {
    return (this.rows ?? []).flatMap((row) =>
      columns
        .filter((channel) => !isLocked(row, channel))
        .map((channel) => ({ type: row.type.key, channel, enabled: this.isOn(row, channel) })),
    );
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** Shown at once, and taken back when the server refuses. @throws Failure */
  async set(changes: readonly Change[]): Promise<void> {
    const marks = changes.map(({ type, channel, enabled }) => {
      const key = keyOf(type, channel);
      const wish = { enabled };
      this.#wanted.set(key, wish);
      return { key, wish };
    });
    const work = this.#line.then(() => this.#save(changes));
    this.#line = work.catch(() => undefined);
    try {
      await work;
      for (const { key } of marks) this.#tick(key);
    } finally {
      // A later choice of the same box is not this one's to take back.
      for (const { key, wish } of marks) {
        if (this.#wanted.get(key) === wish) this.#wanted.delete(key);
      }
    }
  }

  async #save(changes: readonly Change[]): Promise<void> {
    for (let at = 0; at < changes.length; at += mostChanges) {
      const some = changes.slice(at, at + mostChanges);
      await this.#gatehouse.mutate(SetPreferencesDocument, { changes: some });
    }
  }

  #tick(key: string): void {
    this.saved.add(key);
    setTimeout(() => this.saved.delete(key), tickMs);
  }

  /** @throws Failure */
  async setQuietHours(input: QuietHoursInput | null): Promise<void> {
    await this.#gatehouse.mutate(SetQuietHoursDocument, { input });
  }
}
