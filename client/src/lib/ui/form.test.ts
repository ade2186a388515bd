import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import FormScenario from './scenarios/FormScenario.svelte';
import { violations } from './scenarios/axe.ts';

const name = page.getByLabelText('Username');
const mail = page.getByLabelText('E-mail');
const register = page.getByRole('button', { name: /Register/ });

test('nothing is said while typing for the first time; on leaving it is, and each stroke then counts', async () => {
  await render(FormScenario, { submit: async () => {} });
  await name.click();
  await userEvent.keyboard('ad');
  await expect.element(name).not.toHaveAttribute('aria-invalid');
  await userEvent.keyboard('{Tab}');
  await expect.element(name).toHaveAccessibleDescription('Write three letters or more.');
  expect(await violations()).toEqual([]);
  await name.click();
  await userEvent.keyboard('{End}a');
  await expect.element(name).not.toHaveAttribute('aria-invalid');
});

test('a button below is pressed at once, and what was left is wrong afterwards', async () => {
  await render(FormScenario, { submit: async () => {} });
  await name.click();
  await userEvent.keyboard('ad');
  await page.getByRole('button', { name: 'Pressed 0' }).click();
  await expect.element(page.getByRole('button', { name: 'Pressed 1' })).toBeVisible();
  await expect.element(name).toHaveAccessibleDescription('Write three letters or more.');
});

test('a button of the form may mend what was left, which is not scolded before', async () => {
  await render(FormScenario, { submit: async () => {} });
  const suggest = page.getByRole('button', { name: 'Suggest a name' });
  await name.click();
  await userEvent.keyboard('ad{Tab}');
  await expect.element(name).toHaveAttribute('aria-invalid', 'true');
  await suggest.click();
  await expect.element(name).toHaveValue('grace');
  await expect.element(name).not.toHaveAttribute('aria-invalid');
  await name.fill('');
  await userEvent.keyboard('a');
  await suggest.click();
  await expect.element(name).toHaveValue('grace');
  await expect.element(name).not.toHaveAttribute('aria-invalid');
});

test('walking through an empty form scolds nobody', async () => {
  await render(FormScenario, { submit: async () => {} });
  await name.click();
  await userEvent.keyboard('{Tab}{Tab}');
  await expect.element(name).not.toHaveAttribute('aria-invalid');
  await expect.element(mail).not.toHaveAttribute('aria-invalid');
});

test('two errors: the focus goes to the summary, and its links lead to the fields', async () => {
  let sent = 0;
  await render(FormScenario, { submit: async () => void (sent += 1) });
  await register.click();
  await expect.element(page.getByRole('group', { name: 'Two fields need you' })).toHaveFocus();
  expect(await violations()).toEqual([]);
  await page.getByRole('link', { name: 'This is not an e-mail address.' }).click();
  await expect.element(mail).toHaveFocus();
  expect(sent).toBe(0);
});

test('one error: the focus goes to the field', async () => {
  await render(FormScenario, { submit: async () => {} });
  await name.fill('ada');
  await mail.fill('ada@');
  await register.click();
  await expect.element(mail).toHaveFocus();
  await expect.element(mail).toHaveAccessibleDescription('This is not an e-mail address.');
});

test('a form under way is sent once, keeps its focus and says that it is busy', async () => {
  let sent = 0;
  let finish = () => {};
  await render(FormScenario, {
    submit: () => {
      sent += 1;
      return new Promise<void>((done) => (finish = done));
    },
  });
  await name.fill('ada');
  await mail.fill('ada@example.org');
  await register.click();
  await expect.element(register).toHaveTextContent('Registering…');
  await expect.element(register).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  (name.element() as HTMLInputElement).focus();
  await userEvent.keyboard('{Enter}');
  finish();
  await expect.element(register).not.toHaveTextContent('Registering…');
  expect(sent).toBe(1);
});

test('what the server refuses stands at its field, and nothing typed is lost', async () => {
  await render(FormScenario, {
    submit: async () => [{ field: 'input.name', message: 'This name is taken.' }],
  });
  await name.fill('ada');
  await mail.fill('ada@example.org');
  await register.click();
  await expect.element(name).toHaveFocus();
  await expect.element(name).toHaveAccessibleDescription('This name is taken.');
  await expect.element(name).toHaveValue('ada');
  await expect.element(mail).toHaveValue('ada@example.org');
});

test('a failure that concerns no field is said above the form', async () => {
  await render(FormScenario, {
    submit: () => Promise.reject(new Error('offline')),
    refusals: () => [{ message: 'You are offline. Nothing was sent.' }],
  });
  await name.fill('ada');
  await mail.fill('ada@example.org');
  await register.click();
  await expect
    .element(page.getByRole('alert'))
    .toHaveTextContent('You are offline. Nothing was sent.');
  await expect.element(name).toHaveValue('ada');
});
