import { gql } from '@urql/core';
import type { Cache, FieldInfo } from '@urql/exchange-graphcache';
import {
  NotificationStandingFragmentText,
  UnreadCountFragmentText,
} from '../../graphql/generated/documents.ts';
import type { InboxFilter } from '../../graphql/generated/documents.ts';
import type { Standing } from '../standing.ts';

const standingFragment = gql(NotificationStandingFragmentText);
const unreadCountFragment = gql(UnreadCountFragmentText);

/** One page of one of the inbox's lists, as it lies in the cache. */
export interface CachedList {
  info: FieldInfo;
  connection: string;
  filter: InboxFilter;
  nodes: string[];
}

/** graphcache finds the entity by it; the generated fragment types leave it out. */
interface WithTypename {
  __typename: string;
  id: string;
  [field: string]: string | number | null;
}

/** Key of the person's account; undefined while nobody is signed in. */
export function accountKey(cache: Cache): string | undefined {
  const me = cache.resolve('Query', 'me');
  return typeof me === 'string' ? me : undefined;
}

export function notificationKey(id: string): string {
  return `Notification:${id}`;
}

export function isKnown(cache: Cache, key: string): boolean {
  return cache.resolve(key, 'id') !== undefined;
}

export function standingOf(cache: Cache, key: string): Standing {
  const field = (name: keyof Standing) =>
    (cache.resolve(key, name) as string | null | undefined) ?? null;
  return {
    readAt: field('readAt'),
    dismissedAt: field('dismissedAt'),
    snoozedUntil: field('snoozedUntil'),
  };
}

export function writeStanding(cache: Cache, key: string, standing: Standing): void {
  const id = key.slice('Notification:'.length);
  const data = { __typename: 'Notification', id, ...standing };
  cache.writeFragment<WithTypename>(standingFragment, data);
}

export function writeUnreadCount(cache: Cache, me: string, unreadCount: number): void {
  const id = me.slice('Account:'.length);
  cache.writeFragment<WithTypename>(unreadCountFragment, {
    __typename: 'Account',
    id,
    unreadCount,
  });
}

export function unreadCount(cache: Cache, me: string): number {
  const count = cache.resolve(me, 'unreadCount');
  return typeof count === 'number' ? count : 0;
}

export function cachedLists(cache: Cache, me: string): CachedList[] {
  return cache
    .inspectFields(me)
    .filter(({ fieldName }) => fieldName === 'inbox')
    .flatMap((info) => {
      const connection = cache.resolve(me, info.fieldKey);
      if (typeof connection !== 'string') return [];
      const nodes = cache.resolve(connection, 'nodes');
      const filter = (info.arguments?.['filter'] as InboxFilter | undefined) ?? 'ALL';
      return [{ info, connection, filter, nodes: Array.isArray(nodes) ? (nodes as string[]) : [] }];
    });
}

/** What was forgotten is asked for again by whoever shows it. */
export function forgetList(cache: Cache, me: string, list: CachedList): void {
  cache.invalidate(me, 'inbox', list.info.arguments);
}

export function everyKnown(cache: Cache, me: string): string[] {
  return [...new Set(cachedLists(cache, me).flatMap(({ nodes }) => nodes))];
}

/** A row does not say what it is about; the lists of a category say which rows are. */
export function knownOf(cache: Cache, me: string, category: string): string[] {
  const lists = cachedLists(cache, me).filter(
    ({ info }) => info.arguments?.['category'] === category,
  );
  return [...new Set(lists.flatMap(({ nodes }) => nodes))];
}
