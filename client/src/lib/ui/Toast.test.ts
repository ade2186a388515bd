import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ToastScenario from './scenarios/ToastScenario.svelte';
import { violations } from './scenarios/axe.ts';
import { createToaster } from './toaster.svelte.ts';

const dismiss = page.getByRole('button', { name: 'Dismiss' });
const undo = page.getByRole('button', { name: 'Undo' });

afterEach(() => vi.useRealTimers());

test('a toast is read out politely, and nothing about it is inaccessible', async () => {
  const toaster = createToaster();
  await render(ToastScenario, { toaster });
  const status = page.getByRole('status');
  await expect.element(status).toHaveTextContent('');
  toaster.show({ text: 'Notification dismissed.', undo: () => {} });
  await expect.element(status).toHaveTextContent('Notification dismissed.');
  await expect.element(page.getByRole('region', { name: 'Messages' })).toBeVisible();
  expect(await violations()).toEqual([]);
});

test('F8 reaches Undo from anywhere; taking back brings the focus to where it was', async () => {
  const toaster = createToaster();
  let undone = 0;
  await render(ToastScenario, { toaster });
  (dismiss.element() as HTMLElement).focus();
  toaster.show({ text: 'Notification dismissed.', undo: () => void (undone += 1) });
  await expect.element(undo).toBeVisible();
  await userEvent.keyboard('{F8}');
  await expect.element(undo).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(undone).toBe(1);
  await expect.element(dismiss).toHaveFocus();
  expect(toaster.toasts).toHaveLength(0);
});

test('Esc leaves the toast where it is and goes back', async () => {
  const toaster = createToaster();
  await render(ToastScenario, { toaster });
  (dismiss.element() as HTMLElement).focus();
  toaster.show({ text: 'Saved.', undo: () => {} });
  await expect.element(undo).toBeVisible();
  await userEvent.keyboard('{F8}{Escape}');
  await expect.element(dismiss).toHaveFocus();
  expect(toaster.toasts).toHaveLength(1);
});

test('eight seconds, and not one of them while the person is at it', () => {
  vi.useFakeTimers();
  const toaster = createToaster();
  const expired: string[] = [];
  toaster.show({ text: 'Muted.', onexpire: () => expired.push('Muted.') });
  vi.advanceTimersByTime(5000);
  toaster.pause();
  vi.advanceTimersByTime(60_000);
  expect(expired).toEqual([]);
  toaster.resume();
  vi.advanceTimersByTime(2999);
  expect(toaster.toasts).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(toaster.toasts).toHaveLength(0);
  expect(expired).toEqual(['Muted.']);
});

test('what was taken back does not happen later', async () => {
  vi.useFakeTimers();
  const toaster = createToaster();
  const happened: string[] = [];
  const id = toaster.show({
    text: 'Will be sent.',
    undo: () => void happened.push('undone'),
    onexpire: () => void happened.push('sent'),
  });
  await toaster.undo(id);
  vi.advanceTimersByTime(60_000);
  expect(happened).toEqual(['undone']);
});
