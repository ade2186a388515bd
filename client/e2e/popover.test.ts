import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { Host } from './host/host.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let host: Host;
let ada: Person;
let page: Page;
/** A tab of the Gatehouse itself. */
let desk: Page;
let home: string;

beforeAll(async () => {
  host = await Host.open();
  [gatehouse, browser] = await Promise.all([
    Gatehouse.make({ ALLOWED_ORIGINS: host.url }),
    openBrowser(),
  ]);
  home = `${host.url}/?at=${encodeURIComponent(gatehouse.url)}`;
  ada = await Person.at(browser, gatehouse.url);
  desk = await setUpSite(ada, gatehouse, 'an engine of brass');
  page = await ada.tab('/healthz');
  for (const title of ['first', 'second', 'third']) await say(title);
  await say('linked', { url: `${gatehouse.url}/limits` });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await gatehouse?.remove();
  await host?.close();
});
beforeEach(async () => {
  await gatehouse.sql('update notification set read_at = null');
  await page.goto(home);
  await bell(4).waitFor();
});

const bell = (count: number, on = page): Locator =>
  on.getByRole('button', {
    name: count === 0 ? 'Notifications' : `Notifications, ${count} unread`,
    exact: true,
  });
const inbox = (on = page): Locator => on.getByRole('dialog', { name: 'Notification centre' });
const row = (title: string): Locator => inbox().locator('li[data-id]').filter({ hasText: title });
const main = (title: string): Locator => row(title).locator('[data-main]');
const isFocused = (element: Locator) => element.evaluate((it) => it === document.activeElement);

const markAll = () => inbox().getByRole('button', { name: 'Mark all as read' });

async function walkTo(wanted: Locator, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  for (let stops = 0; stops < 6 && !(await isFocused(wanted)); stops += 1) {
    await page.keyboard.press(key);
  }
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  expect(await isFocused(wanted), at).toBe(true);
}

/** As an administrator says it to everybody. */
async function say(title: string, more: object = {}): Promise<void> {
  const query = 'mutation ($input: BroadcastInput!) { broadcast(input: $input) { recipients } }';
  const answer = await desk.evaluate(
    (body) =>
      fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).then((response) => response.text()),
    JSON.stringify({ query, variables: { input: { title, body: `About ${title}.`, ...more } } }),
  );
  expect(answer).toContain('"recipients":1');
}

test('the bell opens it by mouse, one is read in it, and Escape gives the focus back', async () => {
  await bell(4).click();
  await main('third').click();
  await bell(3).waitFor();
  await row('third').getByText('About third.').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await inbox().waitFor({ state: 'hidden' });
  expect(await bell(3).getAttribute('aria-expanded')).toBe('false');
  expect(await isFocused(bell(3))).toBe(true);
});

test('by keys alone one opens it, reads one, marks all, takes that back and leaves', async () => {
  await bell(4).focus();
  await page.keyboard.press('Enter');
  await row('third').waitFor();
  await walkTo(markAll(), 'Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('j');
  await expect.poll(() => isFocused(main('third'))).toBe(true);
  await page.keyboard.press('Enter');
  await bell(3).waitFor();
  await walkTo(markAll(), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await bell(0).waitFor();
  // The button is gone; the focus is not.
  await expect.poll(() => isFocused(main('third'))).toBe(true);
  await page.keyboard.press('z');
  await bell(3).waitFor();
  await page.keyboard.press('Escape');
  await inbox().waitFor({ state: 'hidden' });
  expect(await isFocused(bell(3))).toBe(true);
});

test('all are marked by mouse, and the message under it takes it back', async () => {
  await bell(4).click();
  await markAll().click();
  await bell(0).waitFor();
  const toast = page.getByRole('listitem').filter({ hasText: 'All marked as read' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await bell(4).waitFor();
});

test('what arrives while it is open stands in it, and on the bell', async () => {
  await bell(4).click();
  await row('third').waitFor();
  // Without a position to begin from, it hears of what comes once it is connected.
  await page.locator('html[data-live=live]').waitFor();
  await say('breaking');
  await row('breaking').waitFor();
  await bell(5).waitFor();
  await gatehouse.sql(`delete from message where texts->'EN'->>'title' = 'breaking'`);
});

test('a link in it is followed and read by that, and another leads to the whole centre', async () => {
  await bell(4).click();
  const [opened] = await Promise.all([ada.context.waitForEvent('page'), main('linked').click()]);
  await opened.waitForURL('**/limits');
  await opened.close();
  await bell(3).waitFor();
  await inbox().getByRole('link', { name: 'Open the notification centre' }).click();
  await page.waitForURL('**/notifications');
});

test('on a phone it is whole, and closes at a touch beside it', async () => {
  const phone = await Person.at(browser, gatehouse.url, { phone: true, dark: true });
  await phone.context.addCookies(await ada.context.cookies());
  const small = await phone.tab('/healthz');
  await small.goto(home);
  await bell(4, small).tap();
  await inbox(small).getByText('About third.').waitFor();
  const box = (await inbox(small).boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  expect(box.y + box.height).toBeLessThanOrEqual(844);
  await expectNoSideScroll(small);
  await expectAccessible(small);
  await small.touchscreen.tap(195, 820);
  await inbox(small).waitFor({ state: 'hidden' });
  expect(phone.faults).toEqual([]);
  await phone.close();
});

test('nothing broke on the way', () => {
  expect(ada.faults).toEqual([]);
});
