import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { violations } from '../../ui/scenarios/axe.ts';
import { emptyDraft } from './draft.ts';
import PreviewScenario from './scenarios/PreviewScenario.svelte';
import { previewAnswers } from './scenarios/previews.ts';

const draft = {
  ...emptyDraft,
  title: 'Maintenance tonight',
  body: 'From 22:00 to 23:00.',
  titleIt: 'Manutenzione stasera',
  bodyIt: 'Dalle 22:00 alle 23:00.',
};
const tab = (name: string) => page.getByRole('tab', { name });
const panel = page.getByRole('tabpanel');

test('each channel is walked to with the arrows, and shows what the server makes of both languages', async () => {
  await render(PreviewScenario, { draft, answers: previewAnswers });
  await expect.element(panel.getByText('In the inbox, Italian')).toBeVisible();
  (tab('Inbox').element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(tab('E-mail')).toHaveAttribute('aria-selected', 'true');
  await expect.element(panel.getByText('Subject: Gatehouse: Manutenzione stasera')).toBeVisible();
  expect(await violations()).toEqual([]);
  const frames = [...document.querySelectorAll('iframe')];
  expect(frames.map((frame) => frame.getAttribute('sandbox'))).toEqual(['', '']);
  const html = await (await fetch(frames[0]!.src)).text();
  expect(html).toContain('From 22:00 to 23:00.');
  expect(html).not.toContain('<style>');
  await panel.getByText('Without HTML').first().click();
  await expect.element(panel.getByText(/Maintenance tonight\s+From 22:00/)).toBeVisible();
  await userEvent.click(tab('Discord'));
  await expect.element(panel.getByText('**Manutenzione stasera**')).toBeVisible();
  await userEvent.click(tab('Webhook'));
  await expect.element(panel.getByText(/"type": "admin.message"/).first()).toBeVisible();
  expect(await violations()).toEqual([]);
});

test('a channel without a provider says so, and a draft without a title asks for one', async () => {
  const shown = await render(PreviewScenario, { draft, answers: previewAnswers });
  await userEvent.click(tab('Signal'));
  await expect.element(panel.getByText(/no provider for this channel/)).toBeVisible();
  await shown.rerender({ draft: emptyDraft });
  await expect.element(panel.getByText('Enter a title to see it here.')).toBeVisible();
});

test('what the server refuses is told, and the inbox shows none of it', async () => {
  const answers = { BroadcastPreviews: { refused: 'FORBIDDEN' } };
  await render(PreviewScenario, { draft, answers });
  await userEvent.click(tab('E-mail'));
  await expect.element(panel.getByText(/You may not do this/)).toBeVisible();
  await userEvent.click(tab('Inbox'));
  await expect.element(panel.getByText(/Maintenance tonight/).first()).toBeVisible();
});
