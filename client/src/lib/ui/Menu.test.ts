import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import MenuScenario from './scenarios/MenuScenario.svelte';
import { violations } from './scenarios/axe.ts';

const button = page.getByRole('button', { name: 'Account of Ada' });
const profile = page.getByRole('link', { name: 'Profile' });
const signOut = page.getByRole('button', { name: 'Sign out' });

test('the menu opens by keyboard, its links are walked with the arrows, and Esc returns to the button', async () => {
  await render(MenuScenario);
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
  (button.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(profile).toHaveFocus();
  await expect.element(button).toHaveAttribute('aria-expanded', 'true');
  expect(await violations()).toEqual([]);
  await userEvent.keyboard('{ArrowUp}');
  await expect.element(signOut).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(profile).toHaveFocus();
  await userEvent.keyboard('{End}');
  await expect.element(signOut).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(button).toHaveFocus();
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
});

test('Tab walks from the button into the open menu', async () => {
  await render(MenuScenario);
  await button.click();
  await userEvent.keyboard('{Tab}');
  await expect.element(profile).toHaveFocus();
});

test('choosing an entry acts once and closes the menu', async () => {
  let times = 0;
  await render(MenuScenario, { onsignout: () => (times += 1) });
  await button.click();
  await signOut.click();
  expect(times).toBe(1);
  await expect.element(signOut).not.toBeInTheDocument();
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
});

test('a press elsewhere closes the menu', async () => {
  await render(MenuScenario);
  await button.click();
  await expect.element(profile).toBeVisible();
  await page.getByRole('heading').click();
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
});
