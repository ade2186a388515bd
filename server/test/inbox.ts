import { Notices } from '../src/features/notification/notices.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import type { TestApp } from './app.js';
import type { Heard } from './server.js';

/** Sends messages with these titles, one transaction each, in order; answers with their ids. */
export async function tell(
  app: TestApp,
  titles: readonly string[],
  ...viewers: readonly Viewer[]
): Promise<string[]> {
  const ids: string[] = [];
  for (const title of titles) ids.push(await app.unit(() => send(app, title, viewers)));
  return ids;
}

/** All in one transaction. */
export function tellAtOnce(
  app: TestApp,
  titles: readonly string[],
  ...viewers: readonly Viewer[]
): Promise<string[]> {
  return app.unit(() =>
    app.kernel.database.transaction(async () => {
      const ids: string[] = [];
      for (const title of titles) ids.push(await send(app, title, viewers));
      return ids;
    }),
  );
}

async function send(app: TestApp, title: string, viewers: readonly Viewer[]): Promise<string> {
  const { messageId } = await app.get(Notices).send({
    type: 'admin.message',
    texts: { EN: { title, body: '' } },
    audience: { accountIds: viewers.map((viewer) => viewer.accountId!) },
  });
  return messageId;
}

export const watchInbox = `subscription ($after: String) { inbox(after: $after) {
  __typename
  ... on NotificationAdded { unreadCount position notification { id title readAt dismissedAt } }
  ... on NotificationsChanged { unreadCount position change ids }
  ... on InboxReset { unreadCount position } } }`;

export interface InboxHeard {
  readonly __typename: 'NotificationAdded' | 'NotificationsChanged' | 'InboxReset';
  readonly unreadCount: number;
  readonly position: string;
  readonly change: string;
  readonly ids: readonly string[];
  readonly notification: { readonly id: string; readonly title: string };
}

export const inboxEvent = (heard: Heard) => heard.data!['inbox'] as InboxHeard;

export const numbered = (name: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `${name} ${from + index}`);
