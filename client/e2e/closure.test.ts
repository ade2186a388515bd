import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writtenMails } from '../../server/test/data-dir.js';
import { unzip } from '../../server/test/unzip.js';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';
const cli = fileURLToPath(new URL('../../server/dist/cli.js', import.meta.url));

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, password);
  await page.getByRole('link', { name: 'Preferences' }).click();
  await page.waitForURL('**/preferences');
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** The alert about the export comes to the same address, perhaps first. */
async function exportLink(): Promise<string> {
  const link = async () =>
    (await writtenMails(gatehouse.dataDir))
      .filter(({ to }) => to.includes('ada@example.org'))
      .map(({ text }) => /\/export\?token=[\w-]{43}/.exec(text)?.[0])
      .find(Boolean);
  await expect.poll(link, { timeout: 20_000 }).toBeTruthy();
  return (await link())!;
}

async function confirmIfAsked(done: ReturnType<Page['locator']>): Promise<void> {
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await confirm.or(done).first().waitFor();
  if (!(await confirm.isVisible())) return;
  await confirm.getByRole('textbox').fill(password);
  await confirm.getByRole('button', { name: 'Confirm' }).click();
  await done.waitFor();
}

test('the data comes by a mailed link that works once', async () => {
  await page.getByRole('button', { name: 'Ask for your data' }).click();
  await confirmIfAsked(page.getByText('Your file is being made'));
  await expectAccessible(page);
  const link = await exportLink();
  const other = await Person.at(browser, gatehouse.url);
  const tab = await other.tab(link);
  await expectAccessible(tab);
  // Looking at the page uses nothing up.
  await tab.reload();
  const coming = tab.waitForEvent('download');
  await tab.getByRole('button', { name: 'Download' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('account-data.zip');
  const files = unzip(await readFile(await download.path()));
  const account = files.get('account.json')?.toString() ?? '';
  expect(account).toContain('ada@example.org');
  expect([...files.keys()]).toEqual(expect.arrayContaining(['activity.json', 'images.json']));
  await tab.getByText('The download has begun').waitFor();
  await expectAccessible(tab);
  await tab.reload();
  await tab.getByRole('button', { name: 'Download' }).click();
  await tab.getByText('This link was used already').waitFor();
  await expectAccessible(tab);
  expect(other.faults.filter((fault) => !/status of 4\d\d/.test(fault))).toEqual([]);
  await other.close();
});

test('the only administrator cannot go', async () => {
  await page.getByRole('button', { name: 'Delete account' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Delete your account?' });
  await dialog.getByRole('textbox').fill('bob');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await dialog.getByText('This is not your username.').waitFor();
  await dialog.getByRole('textbox').fill('ada');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await confirmIfAsked(dialog.getByText('You are the only administrator').first());
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await gatehouse.sql('select account_id from account_deletion')).toEqual([]);
});

test('somebody else goes, sees it on every page, and comes back by the button or by signing in', async () => {
  await promisify(execFile)(
    process.execPath,
    [cli, 'user', 'create', '-u', 'grace', '-e', 'grace@example.org', '--admin'],
    { env: { ...process.env, DATA_DIR: gatehouse.dataDir } },
  );
  await page.getByRole('button', { name: 'Delete account' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Delete your account?' });
  const banner = page.getByRole('status').filter({ hasText: 'about to be deleted' });
  await dialog.getByRole('textbox').fill('ada');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await confirmIfAsked(banner);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Limits and usage' }).click();
  await page.waitForURL('**/limits');
  await banner.getByRole('button', { name: 'Keep my account' }).click();
  await banner.waitFor({ state: 'hidden' });
  expect(await gatehouse.sql('select account_id from account_deletion')).toEqual([]);

  await page.getByRole('link', { name: 'Preferences' }).click();
  await page.getByRole('button', { name: 'Delete account' }).click();
  await dialog.getByRole('textbox').fill('ada');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await confirmIfAsked(banner);
  const phone = await Person.at(browser, gatehouse.url, {
    phone: true,
    dark: true,
    language: 'it-IT',
  });
  await phone.context.addCookies(await ada.context.cookies());
  for (const path of ['/profile', '/preferences']) {
    const tab = await phone.tab(path);
    await tab.getByRole('button', { name: 'Keep my account' }).first().waitFor();
    await expectAccessible(tab);
    for (const width of [390, 320]) {
      await tab.setViewportSize({ width, height: 844 });
      await expectNoSideScroll(tab);
    }
  }
  await phone.close();

  const later = await Person.at(browser, gatehouse.url);
  const tab = await later.tab('/sign-in');
  await tab.getByLabel('Username or e-mail').fill('ada');
  await tab.getByRole('textbox', { name: /^Password/ }).fill(password);
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click();
  await tab.waitForURL('**/profile');
  await tab.getByRole('button', { name: 'Choose a picture' }).waitFor();
  expect(await gatehouse.sql('select account_id from account_deletion')).toEqual([]);
  expect(await tab.getByText('about to be deleted').count()).toBe(0);
  await later.close();
});

test('when its week is over the account is gone, with every way in', async () => {
  await page.goto(`${gatehouse.url}/preferences`);
  await page.getByRole('button', { name: 'Delete account' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Delete your account?' });
  await dialog.getByRole('textbox').fill('ada');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await confirmIfAsked(page.getByRole('status').filter({ hasText: 'about to be deleted' }));
  // A week, at once; whatever looks after it comes by every minute.
  await gatehouse.sql('update account_deletion set due_at = now()');
  await expect
    .poll(() => gatehouse.sql('select username from account'), { timeout: 100_000, interval: 500 })
    .toEqual([{ username: 'grace' }]);
  await page.goto(`${gatehouse.url}/profile`);
  await page.waitForURL('**/sign-in**');
  await page.getByLabel('Username or e-mail').fill('ada');
  await page.getByRole('textbox', { name: /^Password/ }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Wrong username or password.').first().waitFor();
  await expectAccessible(page);
}, 150_000);
