import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { buildSchema, graphql } from 'graphql';
import sdl from '../../../../../schema/schema.graphql?raw';
import type { InboxFilter } from '../../graphql/generated/documents.ts';
import { personalCache } from '../cache/cache.ts';
import type { InboxEvent } from '../live.ts';
import type { Socket } from '../socket.ts';
import { belongs, changed, isUnread } from '../standing.ts';
import type { Standing } from '../standing.ts';

export interface StoredRow extends Standing {
  id: string;
  title: string;
  createdAt: string;
  category: string;
}

interface Page {
  first: number;
  after?: string;
  filter: InboxFilter;
  category?: string | null;
}

const schema = buildSchema(sdl);

/** The inbox's part of the contract in memory, against the real schema: what does not fit it is an error here, too. */
export class InboxServer {
  rows: StoredRow[];
  /** Refuses the next mutation with this code. */
  refuse: string | undefined;
  /** Names of the operations that came in. */
  asked: string[] = [];
  /** Answers wait while it is set. */
  gate: Promise<void> | undefined;
  /** Who subscribes hears nothing. */
  isSilent = false;
  subscribed: { after: unknown }[] = [];
  #sinks = new Set<{ next(value: object): void; complete(): void }>();
  #closed = new Set<(code: number | undefined) => void>();
  #opened = new Set<() => void>();

  constructor(titles: string[]) {
    this.rows = titles.map((title, index) => row(title, index));
  }

  get unreadCount(): number {
    return this.rows.filter((one) => isUnread(one)).length;
  }

  readonly fetch: typeof globalThis.fetch = async (_url, init) => {
    const { query, variables, operationName } = JSON.parse(String(init?.body)) as {
      query: string;
      variables: Record<string, unknown>;
      operationName: string;
    };
    this.asked.push(operationName);
    const answer = await graphql({
      schema,
      source: query,
      variableValues: variables,
      rootValue: this.#root(),
      typeResolver: (value: { __typename: string }) => value.__typename,
    });
    await this.gate;
    const errors = answer.errors?.map((error) => ({
      message: error.message,
      path: error.path,
      extensions: { code: error.message },
    }));
    return Response.json({ ...answer, ...(errors && { errors }) });
  };

  readonly socket: Socket = {
    forward: ({ variables }) => ({
      subscribe: (sink) => {
        const mine = { next: (value: object) => sink.next(value), complete: () => sink.complete() };
        const { after } = variables as { after?: unknown };
        this.subscribed.push({ after });
        this.#sinks.add(mine);
        queueMicrotask(() => {
          this.#opened.forEach((listener) => listener());
          if (after === '' && !this.isSilent) this.send(this.reset());
        });
        return { unsubscribe: () => this.#sinks.delete(mine) };
      },
    }),
    onClosed: (listener) => {
      this.#closed.add(listener);
      return () => this.#closed.delete(listener);
    },
    onOpened: (listener) => {
      this.#opened.add(listener);
      return () => this.#opened.delete(listener);
    },
    close: () => this.#sinks.clear(),
  };

  client(): Client {
    return new Client({
      url: 'http://gatehouse.test/graphql',
      preferGetMethod: false,
      fetch: this.fetch,
      exchanges: [
        personalCache(),
        fetchExchange,
        subscriptionExchange({ forwardSubscription: this.socket.forward }),
      ],
    });
  }

  send(inbox: InboxEvent): void {
    for (const sink of this.#sinks) sink.next({ data: { inbox } });
  }

  close(code: number | undefined): void {
    for (const sink of this.#sinks) sink.complete();
    this.#sinks.clear();
    for (const listener of this.#closed) listener(code);
  }

  add(title: string): InboxEvent {
    const added = row(title, this.rows.length + 100);
    this.rows = [added, ...this.rows];
    return {
      __typename: 'NotificationAdded',
      notification: notification(added),
      unreadCount: this.unreadCount,
      position: `p-${title}`,
    };
  }

  reset(): InboxEvent {
    return { __typename: 'InboxReset', unreadCount: this.unreadCount, position: 'p-reset' };
  }

  #root() {
    const act =
      (change: Parameters<typeof changed>[1]) =>
      ({ ids, until }: { ids: string[]; until?: string }) => {
        if (this.refuse) throw new Error(this.refuse);
        this.rows = this.rows.map((one) =>
          ids.includes(one.id) ? { ...one, ...changed(one, change, until) } : one,
        );
        const touched = this.rows.filter(({ id }) => ids.includes(id));
        return { unreadCount: this.unreadCount, changed: touched.map(notification) };
      };
    return {
      me: () => ({
        id: 'ada',
        unreadCount: this.unreadCount,
        inbox: ({ first, after, filter, category }: Page) => {
          const all = this.rows.filter((one) => belongs(one, filter) && isOf(one, category));
          const from = after ? all.findIndex(({ id }) => id === after) + 1 : 0;
          const nodes = all.slice(from, from + first);
          return {
            nodes: nodes.map(notification),
            pageInfo: { hasNextPage: from + first < all.length, endCursor: nodes.at(-1)?.id },
            unreadCount: this.unreadCount,
            position: 'p0',
          };
        },
      }),
      markRead: act('READ'),
      markUnread: act('UNREAD'),
      dismiss: act('DISMISSED'),
      restore: act('RESTORED'),
      snooze: act('SNOOZED'),
      unsnooze: act('UNSNOOZED'),
      markAllRead: ({ category }: Pick<Page, 'category'>) => {
        if (this.refuse) throw new Error(this.refuse);
        this.rows = this.rows.map((one) =>
          isOf(one, category) ? { ...one, ...changed(one, 'READ') } : one,
        );
        return { unreadCount: this.unreadCount, changed: [] };
      },
    };
  }
}

const isOf = (row: StoredRow, category: string | null | undefined) =>
  !category || row.category === category;

function row(title: string, index: number): StoredRow {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 12, 0, index)).toISOString();
  const standing = { readAt: null, dismissedAt: null, snoozedUntil: null };
  return { id: title, title, createdAt, category: 'messages', ...standing };
}

function notification(stored: StoredRow) {
  return {
    __typename: 'Notification' as const,
    ...stored,
    type: 'admin.message',
    severity: 'INFO' as const,
    body: '',
    url: null,
  };
}
