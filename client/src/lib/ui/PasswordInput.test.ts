import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import PasswordScenario from './scenarios/PasswordScenario.svelte';
import { violations } from './scenarios/axe.ts';

const input = page.getByLabelText('Password');
const show = page.getByRole('button', { name: 'Show' });

test('the password is shown on request, and hidden again by signing in', async () => {
  await render(PasswordScenario);
  await input.fill('correct horse');
  await expect.element(input).toHaveAttribute('type', 'password');
  await show.click();
  await expect.element(show).toHaveAttribute('aria-pressed', 'true');
  await expect.element(input).toHaveAttribute('type', 'text');
  await expect.element(input).toHaveValue('correct horse');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect.element(input).toHaveAttribute('type', 'password');
  await expect.element(show).toHaveAttribute('aria-pressed', 'false');
});

test('hint and error belong to the box, and nothing about it is inaccessible', async () => {
  await render(PasswordScenario);
  await expect.element(input).toHaveAccessibleDescription('At least 12 characters. Too short.');
  await expect.element(input).toBeInvalid();
  expect(await violations()).toEqual([]);
});

test('a password can be pasted', async () => {
  await render(PasswordScenario);
  (input.element() as HTMLInputElement).focus();
  document.execCommand('insertText', false, 'from the manager');
  await expect.element(input).toHaveValue('from the manager');
});

test('Caps Lock is pointed out while typing and forgotten on leaving', async () => {
  await render(PasswordScenario);
  await input.click();
  const caps = new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: true, bubbles: true });
  input.element().dispatchEvent(caps);
  await expect.element(page.getByText('Caps Lock is on')).toBeVisible();
  await expect.element(input).toHaveAccessibleDescription(/Caps Lock is on/);
  await userEvent.keyboard('{Tab}');
  await expect.element(page.getByText('Caps Lock is on')).not.toBeInTheDocument();
});
