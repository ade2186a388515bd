import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([
    Gatehouse.make({ OUTBOUND_ALLOW: '127.0.0.1' }),
    openBrowser(),
  ]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, 'an engine of brass');
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** @returns the code of the refusal, if any */
const ask = (query: string, variables: object = {}) =>
  page.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/graphql', { method: 'POST', headers, body });
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code;
  }, JSON.stringify({ query, variables }));
const emit = (key: string) =>
  ask('mutation ($input: EmitEventInput!) { emitEvent(input: $input) { recipients } }', {
    input: { key, type: 'backup.failed', username: 'ada', data: { host: 'kanal', hour: 3 } },
  });
const row = () => page.getByRole('listitem').filter({ hasText: 'backup.failed' });
const told = (title: string) => page.locator('[data-main]').filter({ hasText: title });
const go = (path: string) => page.goto(gatehouse.url + path);

test('an administrator adds a type, seeing what an event of it will say', async () => {
  await page.getByRole('link', { name: 'Broadcasts' }).click();
  await page.getByRole('link', { name: 'Notification types' }).click();
  await page.getByText('No types of its own yet').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'New type' }).click();
  const dialog = page.getByRole('dialog', { name: 'New notification type' });
  await dialog.getByLabel('Key').waitFor();
  await expect
    .poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).name))
    .toBe('key');
  await page.keyboard.type('admin.message');
  await dialog.getByLabel('Name').fill('Backup failed');
  await dialog.getByLabel('When it is told').fill('A backup did not come to its end.');
  await dialog.getByLabel('Category').fill('backup');
  await dialog.getByLabel('E-mail', { exact: true }).check();
  await dialog.getByText('Each event brings a title and a text of its own.').waitFor();
  await dialog.getByLabel('Title in English').fill('Backup of {host} failed');
  await dialog.getByLabel('Text in English').fill('At {hour}.');
  await dialog.getByLabel('host').fill('kanal');
  await dialog.getByText('Backup of kanal failed').first().waitFor();
  await dialog.getByText('At {hour}.').last().waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('There is a type of this key already.').first().waitFor();
  await dialog.getByLabel('Key').fill('backup.failed');
  await dialog.getByRole('tab', { name: 'Webhook' }).click();
  await dialog.getByText('"type": "backup.failed"').first().waitFor();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await row().getByText('At first to: Inbox and E-mail').waitFor();
  await row().getByText('Text in English', { exact: true }).waitFor();
});

test('people find it in their settings, and programs tell it', async () => {
  await go('/notification-settings');
  const box = page.getByRole('checkbox', { name: 'Backup failed: E-mail' });
  expect(await box.isChecked()).toBe(true);
  expect(await emit('1')).toBeUndefined();
  await go('/notifications');
  await told('Backup of kanal failed').waitFor();
});

test('on a phone, in Italian, its Italian text is added and read', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await ask('mutation { updatePreferences(input: { locale: IT }) { locale } }')).toBe(
    undefined,
  );
  await go('/admin/notification-types');
  await row().getByText('Testo in inglese', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Modifica: Backup failed' }).click();
  const dialog = page.getByRole('dialog', { name: 'Modifica: Backup failed' });
  expect(await dialog.getByLabel('Chiave').count()).toBe(0);
  await dialog.getByText('Italiano', { exact: true }).click();
  await dialog.getByLabel('Titolo in italiano').fill('Il backup di {host} non è riuscito');
  await expectAccessible(page);
  await expectNoSideScroll(page);
  await dialog.getByRole('button', { name: 'Salva' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await row().getByText('Testo in inglese e italiano', { exact: true }).waitFor();
  await expectNoSideScroll(page);
  await emit('2');
  await go('/notifications');
  await told('Il backup di kanal non è riuscito').waitFor();
  await ask('mutation { updatePreferences(input: { locale: EN }) { locale } }');
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('taken away it is no longer told, and what was told of it stays', async () => {
  await go('/notification-settings#webhooks');
  const input = { url: 'http://127.0.0.1:9/in', events: ['backup.failed', 'admin.message'] };
  const create = 'mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }';
  expect(await ask(create, { input })).toBeUndefined();
  await go('/admin/notification-types');
  await page.getByRole('button', { name: 'Remove: Backup failed' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove “Backup failed”' });
  await question.getByText(/stays in people’s inboxes/).waitFor();
  await expectAccessible(page);
  await question.getByRole('button', { name: 'Remove the type' }).click();
  await page.getByText('No types of its own yet').waitFor();
  expect(await emit('3')).toBe('NOT_FOUND');
  await go('/notifications');
  await told('Backup of kanal failed').first().waitFor();
});

test('a webhook that named it shows it still, so that it can be taken off', async () => {
  await go('/notification-settings#webhooks');
  const hook = page.getByRole('listitem').filter({ hasText: '127.0.0.1' });
  await hook.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the webhook' });
  const gone = dialog.getByRole('checkbox', { name: 'backup.failed' });
  expect(await gone.isChecked()).toBe(true);
  await gone.uncheck();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await gatehouse.sql('select events from destination where channel = $$WEBHOOK$$')).toEqual(
    [{ events: ['admin.message'] }],
  );
});

test('nothing broke on the way', () => {
  expect(ada.faults).toEqual([]);
});
