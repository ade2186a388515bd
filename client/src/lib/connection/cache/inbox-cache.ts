import type {
  Cache,
  OptimisticMutationConfig,
  UpdateResolver,
  UpdatesConfig,
} from '@urql/exchange-graphcache';
import type { InboxChange } from '../../graphql/generated/documents.ts';
import {
  accountKey,
  cachedLists,
  everyKnown,
  forgetList,
  isKnown,
  knownOf,
  notificationKey,
  standingOf,
  unreadCount,
  writeStanding,
  writeUnreadCount,
} from './inbox-lists.ts';
import type { InboxEvent } from '../live.ts';
import { belongs, changed, isUnread } from '../standing.ts';

const changeOf = {
  markRead: 'READ',
  markUnread: 'UNREAD',
  dismiss: 'DISMISSED',
  restore: 'RESTORED',
  snooze: 'SNOOZED',
  unsnooze: 'UNSNOOZED',
} as const satisfies Record<string, InboxChange>;

type Act = keyof typeof changeOf;

interface ActArguments {
  ids?: string[];
  until?: string;
}

interface AllArguments {
  category?: string | null;
}

const acts = Object.keys(changeOf) as Act[];

/** Guesses the server's answer; graphcache takes the guess back when the server refuses. */
function guess(act: Act): OptimisticMutationConfig[string] {
  return (args, cache) => {
    const { ids = [], until } = args as ActArguments;
    const me = accountKey(cache);
    let count = me === undefined ? 0 : unreadCount(cache, me);
    const rows = ids
      .map(notificationKey)
      .filter((key) => isKnown(cache, key))
      .map((key) => {
        const before = standingOf(cache, key);
        const after = changed(before, changeOf[act], until);
        count += Number(isUnread(after)) - Number(isUnread(before));
        return { __typename: 'Notification', id: key.slice('Notification:'.length), ...after };
      });
    return { __typename: 'InboxState', unreadCount: Math.max(0, count), changed: rows };
  };
}

/** The rows are marked by `afterMarkAllRead`, which runs on the guess as well. */
function guessAllRead(args: AllArguments, cache: Cache) {
  const me = accountKey(cache);
  let left = 0;
  if (args.category && me !== undefined) {
    const known = knownOf(cache, me, args.category);
    const unread = known.filter((key) => isUnread(standingOf(cache, key)));
    left = Math.max(0, unreadCount(cache, me) - unread.length);
  }
  return { __typename: 'InboxState', unreadCount: left, changed: [] };
}

export const inboxOptimistic: OptimisticMutationConfig = {
  ...Object.fromEntries(acts.map((act) => [act, guess(act)])),
  markAllRead: guessAllRead,
};

/** A row that now belongs in a list which does not hold it has its place only in the server's order. */
function forgetWhereMissing(cache: Cache, me: string, keys: readonly string[]): void {
  const lists = cachedLists(cache, me);
  for (const list of lists) {
    const same = lists.filter(({ filter }) => filter === list.filter).flatMap(({ nodes }) => nodes);
    const missing = keys.some(
      (key) =>
        !same.includes(key) &&
        (!isKnown(cache, key) || belongs(standingOf(cache, key), list.filter)),
    );
    if (missing) forgetList(cache, me, list);
  }
}

function afterAct(act: Act): UpdateResolver {
  return (result, args, cache, info) => {
    const me = accountKey(cache);
    if (me === undefined) return;
    writeUnreadCount(cache, me, (result[act] as { unreadCount: number }).unreadCount);
    const { ids = [] } = args as ActArguments;
    if (!info.optimistic) forgetWhereMissing(cache, me, ids.map(notificationKey));
  };
}

const afterMarkAllRead: UpdateResolver = (result, args, cache, info) => {
  const { category } = args as AllArguments;
  const me = accountKey(cache);
  if (me === undefined) return;
  const left = (result['markAllRead'] as { unreadCount: number }).unreadCount;
  writeUnreadCount(cache, me, left);
  if (category && left > 0) markRead(cache, knownOf(cache, me, category));
  else if (info.optimistic || left === 0) markRead(cache, everyKnown(cache, me));
  if (info.optimistic || left === 0) return;
  for (const list of cachedLists(cache, me)) forgetList(cache, me, list);
};

function markRead(cache: Cache, keys: readonly string[]): void {
  for (const key of keys) {
    const standing = standingOf(cache, key);
    if (isUnread(standing)) writeStanding(cache, key, changed(standing, 'READ'));
  }
}

/** Newest first: what has just come goes on top of every first page it belongs to, once. */
function add(cache: Cache, me: string, id: string): void {
  const key = notificationKey(id);
  const lists = cachedLists(cache, me);
  for (const list of lists) {
    const { info, connection, filter, nodes } = list;
    const { after, category, severity, search } = info.arguments ?? {};
    if (after || nodes.includes(key) || !belongs(standingOf(cache, key), filter)) continue;
    if (lists.some((other) => other.filter === filter && other.nodes.includes(key))) continue;
    if (category || severity || search) forgetList(cache, me, list);
    else cache.link(connection, 'nodes', [key, ...nodes]);
  }
}

function apply(cache: Cache, me: string, change: InboxChange, ids: readonly string[] | null): void {
  const keys = ids?.map(notificationKey) ?? everyKnown(cache, me);
  for (const key of keys) {
    if (isKnown(cache, key)) writeStanding(cache, key, changed(standingOf(cache, key), change));
  }
  forgetWhereMissing(cache, me, keys);
}

const onInboxEvent: UpdateResolver = (result, _args, cache) => {
  const event = result['inbox'] as InboxEvent;
  const me = accountKey(cache);
  if (me === undefined) return;
  writeUnreadCount(cache, me, event.unreadCount);
  switch (event.__typename) {
    case 'NotificationAdded':
      add(cache, me, event.notification.id);
      break;
    case 'NotificationsChanged':
      apply(cache, me, event.change, event.ids ?? null);
      break;
    case 'InboxReset':
      for (const list of cachedLists(cache, me)) forgetList(cache, me, list);
  }
};

export const inboxUpdates = {
  Mutation: {
    ...Object.fromEntries(acts.map((act) => [act, afterAct(act)])),
    markAllRead: afterMarkAllRead,
  },
  Subscription: { inbox: onInboxEvent },
} satisfies UpdatesConfig;
