import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';
const settings = '/notification-settings';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let received: Received[];
let answer: number;
let receiver: Server;
let address: string;
let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  received = [];
  answer = 200;
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(answer).end(answer === 200 ? 'thanks' : '<b>no room</b>');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  [gatehouse, browser] = await Promise.all([
    Gatehouse.make({ OUTBOUND_ALLOW: '127.0.0.1' }),
    openBrowser(),
  ]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, password);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
  receiver.close();
});

const box = (name: string) => page.getByRole('checkbox', { name, exact: true });

test('the matrix is a table that the keyboard fills in, saved box by box', async () => {
  await page.getByRole('link', { name: 'Notification settings' }).click();
  await page.getByRole('columnheader', { name: /^E-mail/ }).waitFor();
  await page.getByRole('rowheader', { name: /^Update available/ }).waitFor();
  await expectAccessible(page);
  await box('Update available: E-mail').focus();
  await page.keyboard.press('Space');
  await expect.poll(() => box('System: E-mail').evaluate(isMixed)).toBe(true);
  const rows = () => gatehouse.sql(`select enabled from preference where channel = 'EMAIL'`);
  await expect.poll(rows).toEqual([{ enabled: true }]);
  await page.reload();
  expect(await box('Update available: E-mail').isChecked()).toBe(true);
});

test('what is always sent is locked and says why; a channel that is not set up leads to where it is', async () => {
  const locked = box('Security of your account: E-mail. Always sent by e-mail');
  expect(await locked.isChecked()).toBe(true);
  expect(await locked.isDisabled()).toBe(true);
  const setUp = page.getByRole('link', { name: 'Set up Discord' });
  expect(await setUp.getAttribute('href')).toBe('#discord');
  expect(await box('Update available: Discord').count()).toBe(0);
});

test('a whole column goes at once, and comes back with the defaults and with undo', async () => {
  await box('Everything: Inbox').check();
  await page.getByRole('button', { name: 'Reset to defaults' }).click();
  await page.getByText('Every box is as it was in the beginning.').first().waitFor();
  expect(await box('Update available: E-mail').isChecked()).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => box('Update available: E-mail').isChecked()).toBe(true);
});

test('a refused box goes back to what it was', async () => {
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('SetPreferences') ? route.abort() : route.continue(),
  );
  await box('Update available: E-mail').click();
  await page
    .getByText(/^Not saved\./)
    .first()
    .waitFor();
  expect(await box('Update available: E-mail').isChecked()).toBe(true);
  await page.unroute('**/graphql');
  // The browser itself told of the request that did not go out.
  ada.faults.splice(0);
});

test('quiet hours are kept by the clock of the person', async () => {
  await page.getByRole('switch', { name: 'Keep quiet hours' }).click();
  await page.getByLabel('From', { exact: true }).fill('23:15');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('By the clock of your time zone: Europe/Rome.').waitFor();
  const rows = () => gatehouse.sql('select from_time, to_time from quiet_hours');
  await expect.poll(rows).toEqual([{ from_time: '23:15', to_time: '07:00' }]);
  await page.getByRole('switch', { name: 'Keep quiet hours' }).click();
  await expect.poll(rows).toEqual([]);
});

test('notifications go to another address once its link was opened, and not before', async () => {
  const mail = page.getByRole('group', { name: 'All notifications' });
  await mail.getByRole('button', { name: 'Use another address' }).click();
  await mail.getByLabel('E-mail address').fill('other@example.org');
  await mail.getByRole('button', { name: 'Send the link' }).click();
  await mail.getByText('Open the link we sent to other@example.org.').waitFor();
  await mail.getByText('ada@example.org (the address of your account)').waitFor();
  const tab = await ada.tab(await gatehouse.linkTo('other@example.org'));
  await tab.getByRole('heading', { name: 'Confirm where notifications go' }).waitFor();
  await expectAccessible(tab);
  await tab.getByRole('button', { name: 'Confirm address' }).click();
  await tab.getByText('This address is confirmed').waitFor();
  await tab.getByRole('link', { name: 'Go to the notification settings' }).click();
  await tab.getByText('other@example.org', { exact: true }).waitFor();
  await tab.close();
});

test('a webhook is made, its secret shown once, and a test verifies with it', async () => {
  await page.reload();
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const form = page.getByRole('dialog', { name: 'New webhook' });
  await form.getByLabel('Address').fill('http://10.0.0.1/hook');
  await form.getByRole('button', { name: 'Add a webhook' }).click();
  await form.getByText('The address leads to this machine or into a private network').waitFor();
  await form.getByLabel('Address').fill(address);
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Add a webhook' }).click();
  const shown = page.getByRole('dialog', { name: 'The webhook was added' });
  const secret = (await shown.getByLabel('Secret').locator('code').textContent()) ?? '';
  expect(secret).toMatch(/^whsec_/);
  await shown.getByRole('button', { name: 'Copy' }).click();
  await shown.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: `Test: ${address}` }).click();
  await page.getByText(/^Delivered in [\d,]+ ms\.$/).waitFor();
  const [first] = received;
  expect(() => new Webhook(secret).verify(first!.body, first!.headers)).not.toThrow();
  await page.reload();
  await page.getByText(address, { exact: true }).waitFor();
  expect(await page.content()).not.toContain(secret);
});

test('what a receiver really answered is shown, and in the log each try, as text', async () => {
  answer = 500;
  await page.getByRole('button', { name: `Test: ${address}` }).click();
  await page.getByText(/^Not delivered: /).waitFor();
  await page.getByText('<b>no room</b>').waitFor();
  const webhooks = page.getByRole('region', { name: 'Webhooks' });
  await webhooks.getByRole('link', { name: 'See what was sent' }).click();
  await page.waitForURL(/\/deliveries\?channel=webhook&webhook=/);
  const rows = page.getByRole('listitem').filter({ hasText: 'Test message' });
  await expect.poll(() => rows.count()).toBe(2);
  await rows.first().getByRole('button', { name: 'Show the tries' }).click();
  await rows.first().getByText('HTTP 500').waitFor();
  await rows.first().getByText('<b>no room</b>').waitFor();
  await expectAccessible(page);
  answer = 200;
  await rows.first().getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => received.length).toBeGreaterThanOrEqual(3);
  expect(new Set(received.slice(1).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await page.getByLabel('State').selectOption({ label: 'Failed' });
  await page.waitForURL(/status=failed/);
  await page.getByText('Nothing fits this filter.').waitFor();
});

test('of many notifications some are chosen and changed at once, and each says where it went', async () => {
  for (let count = 0; count < 3; count += 1) await testInbox();
  await page.goto(`${gatehouse.url}/notifications?category=messages`);
  const rows = page.locator('li[data-id]');
  await expect.poll(() => rows.count()).toBe(3);
  await rows.first().locator('[data-main]').focus();
  for (const key of ['x', 'j', 'x']) await page.keyboard.press(key);
  await page.getByText('2 chosen').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Mark as read', exact: true }).first().click();
  await expect.poll(() => rows.filter({ hasText: 'Unread' }).count()).toBe(1);
  await rows.last().getByRole('button', { name: 'Where it went' }).click();
  const where = rows.last().getByRole('listitem');
  await where.filter({ hasText: 'Inbox' }).getByText('Delivered').waitFor();
  await where.filter({ hasText: 'Discord' }).getByText('Not sent').waitFor();
  await expectAccessible(page);
  await page.getByLabel('Category').selectOption({ label: 'Account' });
  await page.waitForURL(/category=account/);
  await page.getByText('A test from Gatehouse').first().waitFor({ state: 'hidden' });
});

test('it reads well on a phone, in the dark, in Italian', async () => {
  const phone = await Person.at(browser, gatehouse.url, {
    phone: true,
    dark: true,
    language: 'it-IT',
  });
  await phone.context.addCookies(await ada.context.cookies());
  await page.goto(`${gatehouse.url}/preferences`);
  await page.getByText('Italiano', { exact: true }).click();
  await page.getByRole('heading', { name: 'Preferenze' }).first().waitFor();
  for (const path of [settings, '/deliveries', '/notifications']) {
    const tab = await phone.tab(path);
    await tab.getByRole('heading', { level: 1 }).waitFor();
    await expectAccessible(tab);
    await expectNoSideScroll(tab);
    await tab.setViewportSize({ width: 320, height: 700 });
    await expectNoSideScroll(tab);
  }
  const discord = await phone.tab(settings);
  await discord.getByRole('button', { name: 'Configura' }).first().click();
  await discord.getByLabel('Indirizzo del webhook').fill('https://example.org/');
  await discord.getByRole('button', { name: 'Salva' }).click();
  await discord.getByText('Deve essere l’indirizzo di un webhook di Discord').waitFor();
  expect(phone.faults).toEqual([]);
  await phone.close();
  expect(ada.faults).toEqual([]);
});

const isMixed = (element: SVGElement | HTMLElement) => (element as HTMLInputElement).indeterminate;

/** A message of one's own, as the test of the inbox makes it. */
async function testInbox(): Promise<void> {
  const query = 'mutation { testChannel(channel: IN_APP) { status } }';
  await page.evaluate(
    (body) =>
      fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then((response) => response.text()),
    JSON.stringify({ query }),
  );
}
