import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import DialogScenario from './scenarios/DialogScenario.svelte';
import { violations } from './scenarios/axe.ts';

const rename = page.getByRole('button', { name: 'Rename' });
const dialog = page.getByRole('dialog', { name: 'Rename the passkey' });
const confirm = page.getByRole('alertdialog', { name: 'Remove MacBook?' });
const remove = page.getByRole('button', { name: 'Remove', exact: true });

/** A press on the dim page beside the dialog. */
async function pressBeside() {
  const corner = { position: { x: 4, y: 4 }, force: true };
  await userEvent.click(page.elementLocator(document.documentElement), corner);
}

test('whoever opens a dialog is in its first field, and back at the button after Esc', async () => {
  await render(DialogScenario);
  await rename.click();
  await expect.element(page.getByLabelText('Name')).toHaveFocus();
  expect(await violations()).toEqual([]);
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(rename).toHaveFocus();
});

test('a press beside a dialog with something typed in it loses nothing', async () => {
  await render(DialogScenario, { harmless: false });
  await rename.click();
  await pressBeside();
  await expect.element(dialog).toBeVisible();
});

test('a press beside a harmless dialog closes it', async () => {
  await render(DialogScenario, { harmless: true });
  await rename.click();
  await pressBeside();
  await expect.element(dialog).not.toBeInTheDocument();
});

test('before something irreversible the focus is on Cancel', async () => {
  await render(DialogScenario);
  await remove.click();
  await expect.element(confirm.getByRole('button', { name: 'Cancel' })).toHaveFocus();
  expect(await violations()).toEqual([]);
});

test('while it is being done, Esc does not close the question, and a second press does nothing', async () => {
  let times = 0;
  let finish = () => {};
  await render(DialogScenario, {
    onconfirm: () => {
      times += 1;
      return new Promise<void>((done) => (finish = done));
    },
  });
  await remove.click();
  const action = confirm.getByRole('button', { name: 'Remove passkey' });
  await action.click();
  await expect.element(action).toHaveAttribute('aria-disabled', 'true');
  await userEvent.keyboard('{Enter}{Escape}');
  await expect.element(confirm).toBeVisible();
  finish();
  await expect.element(confirm).not.toBeInTheDocument();
  expect(times).toBe(1);
});

test('the wrong word does not remove, says so, and keeps what was typed', async () => {
  let times = 0;
  await render(DialogScenario, {
    typed: true,
    onconfirm: async () => {
      times += 1;
    },
  });
  await remove.click();
  const word = confirm.getByLabelText('Type “remove”');
  await word.fill('delete');
  await userEvent.keyboard('{Enter}');
  await expect.element(word).toHaveAccessibleDescription('Not the word.');
  await expect.element(word).toHaveValue('delete');
  expect(times).toBe(0);
  await word.fill('remove');
  await userEvent.keyboard('{Enter}');
  await expect.element(confirm).not.toBeInTheDocument();
  expect(times).toBe(1);
});
