import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { violations } from '../../ui/scenarios/axe.ts';
import type { Answers } from '../site/scenarios/answers.ts';
import { minutesAgo, worldOf } from '../site/scenarios/world.ts';
import InboxScenario from './scenarios/InboxScenario.svelte';

const row = (id: string, title: string) => ({
  id,
  title,
  type: 'admin.message',
  severity: 'INFO',
  createdAt: minutesAgo(5),
});
const world = worldOf({
  unreadCount: 2,
  inbox: ({ search }: { search?: string | null }) => ({
    position: '1',
    nodes: [row('a', 'The disk is full'), row('b', 'Backup done')].filter(
      ({ title }) => !search || title.toLowerCase().includes(search),
    ),
  }),
});

test('a search that fails shows nothing that was not looked for, and is tried again', async () => {
  const answers: Record<string, Answers[string]> = {};
  await render(InboxScenario, { world, answers });
  await expect.element(page.getByText('Backup done', { exact: true })).toBeVisible();
  answers['Inbox'] = { refused: 'UNAVAILABLE' };
  await userEvent.fill(page.getByRole('searchbox', { name: 'Search' }), 'disk');
  const again = page.getByRole('button', { name: 'Try again' });
  await expect.element(again).toBeVisible();
  expect(page.getByText('Backup done', { exact: true }).query()).toBeNull();
  expect(page.getByRole('button', { name: /as read/ }).query()).toBeNull();
  expect(await violations()).toEqual([]);
  delete answers['Inbox'];
  await userEvent.click(again);
  await expect.element(page.getByText('The disk is full', { exact: true })).toBeVisible();
  expect(page.getByText('Backup done', { exact: true }).query()).toBeNull();
});

test('what is shown stays when it cannot be brought up to date', async () => {
  const answers: Record<string, Answers[string]> = {};
  await render(InboxScenario, { world, answers });
  await expect.element(page.getByText('Backup done', { exact: true })).toBeVisible();
  answers['MarkRead'] = { refused: 'UNAVAILABLE' };
  answers['Inbox'] = { refused: 'UNAVAILABLE' };
  const markRead = page.getByRole('button', { name: 'Mark as read', exact: true });
  await userEvent.click(markRead.first());
  // Shown as read at once, and as it was after the refusal.
  await expect.poll(() => markRead.all().length).toBe(2);
  await expect.element(page.getByText('Backup done', { exact: true })).toBeVisible();
  expect(page.getByRole('button', { name: 'Try again' }).query()).toBeNull();
});

test('those found are marked, and no others, though something else is sought before they are known', async () => {
  let know = () => {};
  const known = new Promise<void>((resolve) => (know = resolve));
  const asked: string[] = [];
  const answers: Record<string, Answers[string]> = {};
  for (const name of ['MarkRead', 'MarkAllRead']) {
    Object.defineProperty(answers, name, { get: () => void asked.push(name) });
  }
  const slow = worldOf({
    unreadCount: 2,
    inbox: async ({ search, filter }: { search?: string | null; filter?: string }) => {
      if (filter === 'UNREAD') await known;
      const rows = [row('a', 'The disk is full'), row('b', 'Backup done')];
      return {
        position: '1',
        nodes: rows.filter(({ title }) => !search || title.toLowerCase().includes(search)),
      };
    },
  });
  await render(InboxScenario, { world: slow, answers });
  const search = page.getByRole('searchbox', { name: 'Search' });
  await userEvent.fill(search, 'disk');
  await userEvent.click(page.getByRole('button', { name: 'Mark those found as read' }));
  await userEvent.fill(search, '');
  await expect.element(page.getByText('Backup done', { exact: true })).toBeVisible();
  know();
  await expect.poll(() => asked).toEqual(['MarkRead']);
});
