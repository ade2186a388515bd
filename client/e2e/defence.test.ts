import type { Browser, Locator, Page } from 'playwright-core';
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
  await page.goto(`${gatehouse.url}/security`);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const card = (tab: Page, name: string): Locator =>
  tab.locator('section').filter({ has: tab.getByRole('heading', { name, level: 2 }) });
const allowed = (tab = page) => card(tab, 'Allowed addresses');
const networks = () => allowed().getByRole('list', { name: 'Allowed addresses and networks' });

async function add(network: string, label = '') {
  await allowed().getByLabel('Address or network').fill(network);
  if (label) await allowed().getByLabel('Label').fill(label);
  await allowed().getByRole('button', { name: 'Add to the list' }).click();
}

/** A session that was opened a while ago may be asked for its proof. */
async function save() {
  await allowed().getByRole('button', { name: 'Save and try' }).click();
  const trial = allowed().getByText('Keep these settings?');
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await confirm.or(trial).first().waitFor();
  if (await confirm.isVisible()) {
    await confirm.getByRole('textbox').fill(password);
    await confirm.getByRole('button', { name: 'Confirm' }).click();
  }
  await trial.waitFor();
}

describe('allowed addresses', () => {
  test('a network is shown as it will be kept, and what is none is said at the field', async () => {
    await allowed().getByText('127.0.0.1').or(allowed().getByText('::1')).first().waitFor();
    await add('no network');
    await allowed().getByText('This is neither an address nor a network').waitFor();
    await allowed().getByLabel('Address or network').fill('203.0.113.99/24');
    await allowed().getByText('Kept as 203.0.113.0/24: 256 addresses').waitFor();
    await add('203.0.113.99/24', 'Office');
    await networks().getByText('203.0.113.0/24').waitFor();
    await add('203.0.113.7');
    await networks().getByText('203.0.113.0/24 holds this already.').waitFor();
    await expectAccessible(page);
  });

  test('a list without one’s own address cannot be saved; the address is offered', async () => {
    await allowed().getByRole('switch', { name: 'Allow these addresses only' }).check();
    await allowed().getByText('This list would shut you out').waitFor();
    expect(await allowed().getByRole('button', { name: 'Save and try' }).isDisabled()).toBe(true);
    await allowed().getByRole('button', { name: 'Add my address' }).click();
    await networks().getByText('You are here').waitFor();
  });

  test('what was removed comes back with undo', async () => {
    await networks().getByRole('button', { name: 'Remove 203.0.113.7/32' }).click();
    await networks().getByText('203.0.113.7/32').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await networks().getByText('203.0.113.7/32').waitFor();
    expect(await networks().getByRole('listitem').count()).toBe(3);
  });

  test('a saved list is on trial, counts down, and stays once it is kept', async () => {
    await save();
    const clock = allowed().getByRole('timer');
    expect(await clock.textContent()).toMatch(/^[12]:\d\d$/);
    await expectAccessible(page);
    const isFocused = (one: Element) => one === document.activeElement;
    const keep = allowed().getByRole('button', { name: 'Keep these settings' });
    await expect.poll(() => keep.evaluate(isFocused)).toBe(true);
    await keep.click();
    await clock.waitFor({ state: 'hidden' });
    const title = allowed().getByRole('heading', { name: 'Allowed addresses' });
    await expect.poll(() => title.evaluate(isFocused)).toBe(true);
    await page.reload();
    await allowed().getByText('On', { exact: true }).waitFor();
    expect(await allowed().getByRole('timer').count()).toBe(0);
    expect(await networks().getByRole('listitem').count()).toBe(3);
  });
});

describe('locking down', () => {
  test('throws out the other browser at once and says what was done', async () => {
    const elsewhere = await Person.at(browser, gatehouse.url);
    const other = await elsewhere.tab('/sign-in');
    await other.getByLabel('Username or e-mail').fill('ada');
    await other.getByRole('textbox', { name: /^Password/ }).fill(password);
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.waitForURL('**/profile');

    const lockDown = card(page, 'Is somebody else in your account?');
    await lockDown.getByRole('button', { name: 'Lock down' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Lock your account down?' });
    await dialog.getByText('Every other session ends.').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await lockDown.getByRole('button', { name: 'Lock down' }).click();
    await dialog.getByRole('button', { name: 'Lock down' }).click();
    await lockDown.getByText('1 other session was ended.').waitFor();
    await lockDown.getByText('There was no access token.').waitFor();
    await other.waitForURL('**/sign-in**');
    await elsewhere.close();
    await page.reload();
    await card(page, 'Sessions').getByText('You are signed in on this device only').waitFor();
  });
});

describe('the security check', () => {
  test('says what to do next and leads there', async () => {
    const check = card(page, 'Security check');
    await check.getByText('Two-factor authentication is off').waitFor();
    await check.getByRole('link', { name: 'Set it up' }).click();
    expect(new URL(page.url()).hash).toBe('#two-factor');
  });
});

test.each([
  { language: 'it-IT' as const, phone: true },
  { language: 'en-GB' as const, phone: true, dark: true },
])('the page stands on a phone: $language', async (look) => {
  const person = await Person.at(browser, gatehouse.url, look);
  await person.context.addCookies(await ada.context.cookies());
  const tab = await person.tab('/security');
  await tab.locator('#allowed-addresses li').first().waitFor();
  await expectNoSideScroll(tab);
  await tab.setViewportSize({ width: 320, height: 700 });
  await expectNoSideScroll(tab);
  await expectAccessible(tab);
  await person.close();
});

test('no page complained', () => {
  expect(ada.faults).toEqual([]);
});
