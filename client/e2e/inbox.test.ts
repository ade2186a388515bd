import type { Browser, Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, password);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const row = (title: string): Locator => page.locator('li[data-id]').filter({ hasText: title });
const main = (title: string): Locator => row(title).locator('[data-main]');
const isFocused = (element: Locator) => element.evaluate((it) => it === document.activeElement);
const focused = (title: string) => expect.poll(() => isFocused(main(title))).toBe(true);
const unread = (title: string) => row(title).getByText('Unread', { exact: true }).count();

/** As an administrator says it to everybody, from another tab. */
async function say(title: string, more: object = {}): Promise<void> {
  const query = 'mutation ($input: BroadcastInput!) { broadcast(input: $input) { recipients } }';
  const answer = await page.evaluate(
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

describe('by keys alone', () => {
  test('one goes through the list, marks, dismisses, takes back and opens', async () => {
    for (const title of ['first', 'second', 'third']) await say(title);
    await page.goto(`${gatehouse.url}/notifications`);
    await row('third').waitFor();
    await main('third').focus();
    await page.keyboard.press('j');
    await focused('second');
    await page.keyboard.press('k');
    await focused('third');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+I');
    await expect.poll(() => unread('second')).toBe(0);
    await page.keyboard.press('z');
    await expect.poll(() => unread('second')).toBe(1);
    await page.keyboard.press('Shift+I');
    await page.keyboard.press('Shift+U');
    await expect.poll(() => unread('second')).toBe(1);
    await page.keyboard.press('e');
    await row('second').waitFor({ state: 'detached' });
    await focused('first');
    await page.keyboard.press('z');
    await row('second').waitFor();
    expect(await unread('first')).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => main('first').getAttribute('aria-expanded')).toBe('true');
    await expect.poll(() => unread('first')).toBe(0);
  });

  test('the search is one key away, and says when nothing fits', async () => {
    await main('first').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('About second');
    await row('third').waitFor({ state: 'detached' });
    expect(await row('second').count()).toBe(1);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('fourth');
    await page.getByText('Nothing found').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Show all' }).click();
    await row('third').waitFor();
    expect(await isFocused(page.getByRole('searchbox', { name: 'Search' }))).toBe(true);
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  test('what is sought stands in the address: after a reload, on another tab, on the way back', async () => {
    const search = page.getByRole('searchbox', { name: 'Search' });
    const query = () => new URL(page.url()).search;
    await search.pressSequentially('about second', { delay: 20 });
    await expect.poll(query).toBe('?q=about+second');
    await page.reload();
    await row('second').waitFor();
    expect(await row('third').count()).toBe(0);
    expect(await search.inputValue()).toBe('about second');
    await page.getByRole('link', { name: 'Unread', exact: true }).click();
    await expect.poll(query).toBe('?filter=unread&q=about+second');
    await row('second').waitFor();
    await page.getByLabel('Category').selectOption('Messages');
    await expect.poll(query).toBe('?filter=unread&category=messages&q=about+second');
    await page.getByRole('link', { name: 'Preferences', exact: true }).click();
    await page.waitForURL('**/preferences');
    await page.goBack();
    await row('second').waitFor();
    expect(await row('third').count()).toBe(0);
    expect(await search.inputValue()).toBe('about second');
    await page.goto(`${gatehouse.url}/notifications`);
  });

  test('what is typed while a slow page answers is not lost', async () => {
    const search = page.getByRole('searchbox', { name: 'Search' });
    const slowly = async (route: Route) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      await route.continue();
    };
    await page.route('**/graphql', slowly);
    await search.pressSequentially('about second and not yet the end', { delay: 60 });
    await expect.poll(() => new URL(page.url()).search).toContain('the+end');
    expect(await search.inputValue()).toBe('about second and not yet the end');
    await page.unroute('**/graphql', slowly);
    await search.fill('');
    await row('third').waitFor();
  });

  test('letters do nothing once they are switched off, arrows do', async () => {
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByRole('switch', { name: 'Single-key shortcuts' }).click();
    await page.keyboard.press('Escape');
    await main('third').focus();
    await page.keyboard.press('e');
    await page.keyboard.press('j');
    await focused('third');
    await page.keyboard.press('ArrowDown');
    await focused('second');
    expect(await row('third').count()).toBe(1);
    await page.evaluate(() => localStorage.clear());
    await page.reload();
  });
});

describe('a notification', () => {
  test('is put off by its menu, waits where the snoozed are, and comes back with undo', async () => {
    await row('third').getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('button', { name: 'Until tomorrow morning' }).click();
    await row('third').waitFor({ state: 'detached' });
    const toast = page.getByRole('listitem').filter({ hasText: 'third' });
    await toast.getByRole('button', { name: 'Undo' }).click();
    await row('third').waitFor();
    await row('third').getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('button', { name: 'For an hour' }).click();
    await row('third').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Snoozed' }).click();
    await row('third').waitFor();
    await expectAccessible(page);
    await row('third').getByRole('button', { name: 'Bring back now' }).click();
    await row('third').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await row('third').waitFor();
  });

  test('leads to what it is about and is read by that', async () => {
    await say('linked', { url: '/limits' });
    await row('linked').waitFor();
    await main('linked').click();
    await page.waitForURL('**/limits');
    await page.goto(`${gatehouse.url}/notifications?filter=unread&category=messages`);
    await row('second').waitFor();
    expect(await row('linked').count()).toBe(0);
    await page.goto(`${gatehouse.url}/notifications?category=system`);
    await page.getByText('Nothing found').waitFor();
    await page.goto(`${gatehouse.url}/notifications`);
  });

  test('with a link shows the whole of a long text by a button of its own, by keys too', async () => {
    await say('long and linked', { url: '/limits', body: 'A line.\n'.repeat(9) });
    const unfold = row('long and linked').getByRole('button', { name: 'The whole text' });
    await unfold.waitFor();
    expect(await row('second').getByRole('button', { name: 'The whole text' }).count()).toBe(0);
    const text = row('long and linked').getByText('A line.');
    const before = (await text.boundingBox())!.height;
    await main('long and linked').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => unfold.getAttribute('aria-expanded')).toBe('true');
    expect((await text.boundingBox())!.height).toBeGreaterThan(before * 3);
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 700 });
    await expectNoSideScroll(page);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('in a script that runs the other way reads in its own order', async () => {
    await say('اكتمل النسخ', { body: 'تم النسخ kanal في الساعة 22:00.' });
    await row('اكتمل').waitFor();
    const directions = row('اكتمل')
      .locator('bdi, [dir=auto]')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
    expect(await directions).toEqual(['rtl', 'rtl']);
  });

  test('is sought by whatever was pasted, and an address that nobody can mean is not found', async () => {
    await page.getByRole('searchbox', { name: 'Search' }).fill('\u202eabout\u202c second');
    await row('third').waitFor({ state: 'detached' });
    await row('second').waitFor();
    const answer = await page.goto(`${gatehouse.url}/notifications?q=%00second&category=%00`);
    expect(answer!.status()).toBe(200);
    await row('second').waitFor();
    await page.goto(`${gatehouse.url}/notifications`);
  });
});

test('a long list is read on page by page, and what arrives meanwhile moves nothing', async () => {
  for (let count = 0; count < 25; count += 1) await say(`number ${count}.`);
  await page.goto(`${gatehouse.url}/notifications`);
  await row('number 24.').waitFor();
  const rows = page.locator('li[data-id]');
  expect(await rows.count()).toBe(20);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(25);
  const lowest = main('number 0.');
  await lowest.scrollIntoViewIfNeeded();
  const before = await lowest.boundingBox();
  await say('the newest');
  const pill = page.getByRole('button', { name: '1 new notification' });
  await pill.waitFor();
  expect(await row('the newest').count()).toBe(0);
  expect((await lowest.boundingBox())!.y).toBeCloseTo(before!.y, 0);
  await pill.click();
  await focused('the newest');
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test('all are marked as read, and taken back also those that were not on the page', async () => {
  await page.goto(`${gatehouse.url}/notifications`);
  const unreadRows = async () =>
    (await gatehouse.sql('select 1 from notification where read_at is null')).length;
  const before = await unreadRows();
  expect(before).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(unreadRows).toBe(0);
  const toast = page.getByRole('listitem').filter({ hasText: 'All marked as read' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(unreadRows).toBe(before);
  await page.getByText(`${before} unread`).waitFor();
});

test('those of one category are marked, the others stay, and undo takes back just them', async () => {
  await gatehouse.sql(`update notification set read_at = null;
    update message set category = 'system' where texts->'EN'->>'title' in ('first', 'second')`);
  await page.goto(`${gatehouse.url}/notifications?category=system`);
  await row('first').waitFor();
  const unreadRows = async () =>
    (await gatehouse.sql('select 1 from notification where read_at is null')).length;
  const before = await unreadRows();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(unreadRows).toBe(before - 2);
  await expect.poll(() => unread('first')).toBe(0);
  expect(await page.getByRole('button', { name: 'Mark all as read' }).count()).toBe(0);
  await expectAccessible(page);
  const toast = page.getByRole('listitem').filter({ hasText: 'All marked as read' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(unreadRows).toBe(before);
  await expect.poll(() => unread('first')).toBe(1);
  await page.getByRole('link', { name: 'All', exact: true }).click();
});

test('while something is searched for only what was found is marked, and says so', async () => {
  await page.goto(`${gatehouse.url}/notifications?q=number+1`);
  await row('number 1.').waitFor();
  const unreadTitles = async () => {
    const rows = await gatehouse.sql(
      `select texts->'EN'->>'title' as title from message m join notification n on n.message_id = m.id
       where read_at is null`,
    );
    return (rows as { title: string }[]).map(({ title }) => title);
  };
  const before = await unreadTitles();
  const found = before.filter((title) => title.includes('number 1'));
  expect(found).toHaveLength(11);
  await page.getByRole('button', { name: 'Mark those found as read' }).click();
  await expect.poll(async () => (await unreadTitles()).length).toBe(before.length - 11);
  expect((await unreadTitles()).filter((title) => title.includes('number 1'))).toEqual([]);
  const toast = page.getByRole('listitem').filter({ hasText: 'What was found is marked as read' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await unreadTitles()).sort()).toEqual(before.sort());
  await page.goto(`${gatehouse.url}/notifications`);
});

test('nothing broke on the way', () => {
  expect(ada.faults).toEqual([]);
});
