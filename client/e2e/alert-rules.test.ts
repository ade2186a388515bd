import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** As preferences change it, in every browser of the account. */
const speak = (locale: 'EN' | 'IT') =>
  page.evaluate(async (to) => {
    const query = `mutation { updatePreferences(input: { locale: ${to} }) { locale } }`;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query });
    const answer = await fetch('/graphql', { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }, locale);

const rule = () => page.getByRole('listitem').filter({ hasText: 'at or above' });

test('an administrator builds a rule as a sentence, beside how the server does now', async () => {
  page = await setUpSite(ada, gatehouse, 'an engine of brass');
  await page.getByRole('link', { name: 'Alert rules' }).click();
  await page.getByText('No rules yet').waitFor();
  const memory = page.getByRole('meter', { name: 'Memory' });
  expect(await memory.getAttribute('aria-valuetext')).toMatch(/^\d+(\.\d)? %$/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'New rule' }).click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('What').selectOption('Memory');
  await dialog.getByLabel('Threshold').fill('120');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Enter a number above 0; a percentage is at most 100.').waitFor();
  await expectAccessible(page);
  // Any machine uses that much.
  await dialog.getByLabel('Threshold').fill('0.5');
  await dialog.getByLabel('How long').fill('0');
  await dialog.getByText(/ave fired .*in the last 24 hours\.$/).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await rule().getByText('Memory at or above 0.5 %, at once', { exact: true }).waitFor();
});

test('it fires within seconds: the page and the inbox say so, naming the value', async () => {
  await rule().getByText('Firing', { exact: true }).waitFor({ timeout: 30_000 });
  await expectAccessible(page);
  const inbox = await ada.tab('/notifications');
  await inbox
    .getByText(/Memory at \d+(\.\d)? % on /)
    .first()
    .waitFor();
  await inbox.close();
});

test('the last 24 hours are drawn with the threshold, and the page ends where they end', async () => {
  await gatehouse.sql(`insert into host_minute (host, metric, at, samples, lowest, highest, total)
    select h.name, 'MEMORY', date_trunc('minute', now()) - n * interval '1 minute', 12, 30, 40, 420
    from host h, generate_series(3, 1400) n on conflict do nothing`);
  await page.reload();
  const table = rule().getByRole('table', { name: 'The last 24 hours, by the hour' });
  await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(23);
  await rule().getByText('24 hours ago').waitFor();
  await expectAccessible(page);
  await expectNoSideScroll(page);
  const empty = await page.evaluate(() => {
    const content = document.querySelector('main')!.lastElementChild!.getBoundingClientRect();
    const { scrollHeight, clientHeight } = document.documentElement;
    return scrollHeight - Math.max(clientHeight, content.bottom + window.scrollY);
  });
  expect(empty).toBeLessThan(120);
});

test('it reads well on a phone, in the dark, in Italian', async () => {
  await speak('IT');
  const look = { phone: true, dark: true, language: 'it-IT' } as const;
  const phone = await Person.at(browser, gatehouse.url, look);
  await phone.context.addCookies(await ada.context.cookies());
  const tab = await phone.tab('/admin/alert-rules');
  await tab.getByRole('listitem').filter({ hasText: 'Memoria a 0,5 % o più' }).waitFor();
  await expectAccessible(tab);
  await expectNoSideScroll(tab);
  await tab.getByRole('button', { name: 'Nuova regola' }).click();
  await tab.getByRole('dialog').getByLabel('Soglia').waitFor();
  await expectAccessible(tab);
  await expectNoSideScroll(tab);
  expect(phone.faults).toEqual([]);
  await phone.close();
  await speak('EN');
});

test('it is switched off, changed, removed, and brought back', async () => {
  await rule().getByRole('switch').click();
  await rule().getByText('Off', { exact: true }).waitFor();
  await rule().getByRole('button', { name: /^Edit/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit rule' });
  await dialog.getByLabel('Threshold').fill('95');
  await dialog.getByLabel('How long').fill('10');
  await dialog.getByLabel('Unit').selectOption('minutes');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await rule().getByText('Memory at or above 95 % for 10 minutes', { exact: true }).waitFor();
  await rule()
    .getByRole('button', { name: /^Remove/ })
    .click();
  await page.getByText('No rules yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await rule().getByText('Memory at or above 95 % for 10 minutes', { exact: true }).waitFor();
  await rule().getByText('Off', { exact: true }).waitFor();
  expect(ada.faults).toEqual([]);
});
