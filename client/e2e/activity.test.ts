import { readFile } from 'node:fs/promises';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';
const failures = 3;

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

async function signIn(person: Person, tried: string): Promise<Page> {
  const tab = await person.tab('/sign-in');
  await tab.getByLabel('Username or e-mail').fill('ada');
  await tab.getByRole('textbox', { name: /^Password/ }).fill(tried);
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click();
  return tab;
}

/** What a sign-in from elsewhere leaves: this machine has only one address. */
const signInFrom = (address: string) =>
  gatehouse.sql(`with told as (
      select gen_random_uuid() as id, id as account_id, now() as at,
        jsonb_build_object('method', 'PASSWORD', 'newNetwork', true) as details from account where username = 'ada'
    ), entry as (
      insert into activity_entry select id, account_id, null, 'anonymous', 'sign_in.succeeded', at,
        'ZZZZ-0001',
        activity_digest('a', 'ada', '${address}', null), activity_digest('b', details::text) from told
    ), waiting as (insert into activity_waiting select id from told)
    insert into activity_person select id, 'ada', '${address}', null, 'a', details, 'b',
      'sign_in.succeeded ada ${address}' from told`);

const entry = (kind: string) => page.locator(`li[data-kind="${kind}"]`);

describe('what happened', () => {
  test('is a page from the security page, with failed sign-ins as one line', async () => {
    const thief = await Person.at(browser, gatehouse.url);
    for (let count = 0; count < failures; count += 1) {
      const tab = await signIn(thief, 'wrong');
      await tab.getByText('Wrong username or password').waitFor();
    }
    await thief.close();
    await page.goto(`${gatehouse.url}/security`);
    await page.getByRole('link', { name: 'All activity' }).click();
    await page.waitForURL('**/activity');
    await expect
      .poll(async () => {
        await page.reload();
        return entry('failures').locator('summary .name').allTextContents();
      })
      .toEqual([`${failures} failed sign-ins`]);
    await entry('failures').locator('summary').click();
    expect(await entry('sign_in.failed').count()).toBe(failures);
    await expectAccessible(page);
  });

  test('asks about a sign-in from a network that was never used', async () => {
    await signInFrom('193.206.1.1');
    await page.reload();
    const row = entry('sign_in.succeeded').first();
    await row.getByText('First time from this network').waitFor();
    expect(await row.textContent()).toContain('193.206.1.1 · Italy');
    await row.getByRole('link', { name: 'End other sessions' }).click();
    await page.waitForURL('**/security#sessions');
    await page.goBack();
    await page.waitForURL('**/activity');
  });

  test('is filtered by what stands in the address, and Back goes where one came from', async () => {
    await page.getByLabel('What', { exact: true }).selectOption('Sign-ins');
    await page.waitForURL('**/activity?kind=sign_in');
    await expect.poll(() => entry('account.created').count()).toBe(0);
    await page.getByRole('searchbox').fill('193.206');
    await page.waitForURL('**/activity?kind=sign_in&search=193.206');
    await expect.poll(() => page.locator('li[data-kind]').count()).toBe(1);
    await page.reload();
    expect(await page.getByRole('searchbox').inputValue()).toBe('193.206');
    expect(await page.locator('li[data-kind]').count()).toBe(1);
    await page.getByRole('searchbox').fill('no such thing');
    await page.getByText('Nothing matches').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await page.waitForURL((url) => url.pathname === '/activity' && url.search === '');
    await entry('account.created').waitFor();
  });

  test('is typed into while a slow page answers, and no letter or space is lost', async () => {
    const slowly = async (route: Route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    };
    await page.route('**/graphql', slowly);
    const box = page.getByRole('searchbox');
    for (const words of ['account', ' that', ' is not', ' there']) {
      await box.pressSequentially(words, { delay: 30 });
      await page.waitForTimeout(450);
    }
    await page.waitForURL('**/activity?search=account+that+is+not+there');
    expect(await box.inputValue()).toBe('account that is not there');
    await page.unroute('**/graphql', slowly);
    // What is not told yet goes as well.
    await box.pressSequentially(' yet');
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await entry('account.created').waitFor();
    await page.waitForTimeout(500);
    expect(await box.inputValue()).toBe('');
  });

  test('an end before the beginning is said, and refused nothing', async () => {
    await page.getByLabel('From', { exact: true }).fill('2026-03-02');
    await page.getByLabel('To and including').fill('2026-03-01');
    await page.getByText('The end is before the beginning.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await entry('account.created').waitFor();
  });

  test('is taken home as a file, and no formula in it runs', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV, for spreadsheets' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^activity-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toMatch(
      /^\ufeffat,what,kind,actor,ipAddress,country,browser,os,reference,details\r\n/,
    );
    expect(text).toContain(',Signed in,sign_in.succeeded,ada,193.206.1.1,IT,');
    expect(text.split('\r\n').filter(Boolean)).toHaveLength(
      1 + (await page.locator('li[data-kind]:not([data-kind="failures"])').count()),
    );
    await page
      .getByText(/entries saved/)
      .first()
      .waitFor();
  });

  test('tells a mail that is from here from one that is not', async () => {
    const check = page.locator('#check');
    await check.getByRole('button', { name: 'Check' }).click();
    await check.getByText('Type the reference from the mail.').waitFor();
    await check.getByLabel('Reference in the mail').fill('zzzz 0001');
    await check.getByLabel('Reference in the mail').press('Enter');
    await check.getByText('Yes, this happened to your account').waitFor();
    expect(await check.textContent()).toContain('193.206.1.1 · Italy');
    await expectAccessible(page);
    await check.getByLabel('Reference in the mail').fill('AAAA-AAAA');
    await check.getByRole('button', { name: 'Check' }).click();
    await check.getByText('No, there is no such reference').waitFor();
    await expectAccessible(page);
  });
});

describe('who audits', () => {
  test('sees what happened to whom, and finds one user’s', async () => {
    await page.goto(`${gatehouse.url}/admin/audit`);
    await page.getByRole('table', { name: /newest first/ }).waitFor();
    const rows = page.locator('[data-row]');
    expect(await rows.first().textContent()).toContain('ada');
    await page.getByLabel('User', { exact: true }).fill('nobody');
    await page.waitForURL('**/admin/audit?username=nobody');
    await page.getByText('Nothing matches').waitFor();
    await page.getByLabel('User', { exact: true }).fill('ada');
    await expect.poll(() => rows.count()).toBeGreaterThan(3);
    await expectAccessible(page);
    expect(ada.faults).toEqual([]);
  });

  test('is read on a phone, in Italian, as well', async () => {
    const cookies = await ada.context.cookies();
    const phone = await Person.at(browser, gatehouse.url, { phone: true, language: 'it-IT' });
    await phone.context.addCookies(cookies);
    const tab = await phone.tab('/activity');
    for (const width of [390, 320]) {
      await tab.setViewportSize({ width, height: 844 });
      for (const path of ['/activity', '/admin/audit', '/security']) {
        await tab.goto(gatehouse.url + path);
        await tab.getByRole('heading', { level: 1 }).waitFor();
        await expectNoSideScroll(tab);
      }
    }
    expect(phone.faults).toEqual([]);
    await phone.close();
  });
});
