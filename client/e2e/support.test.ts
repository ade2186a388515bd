import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2x6mS7bC0mB5mYzYF3tJr3o0sJc5r2g6YI6m2bXk1V team';

let folder: string;
let file: string;
let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
let other: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-support-'));
  file = join(folder, 'authorized_keys');
  await writeFile(file, '# mine\n', { mode: 0o600 });
  [gatehouse, browser] = await Promise.all([
    Gatehouse.make({
      SUPPORT_AUTHORIZED_KEYS: file,
      SUPPORT_PUBLIC_KEY: key,
      SUPPORT_SSH_USER: userInfo().username,
    }),
    openBrowser(),
  ]);
  ada = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
  await rm(folder, { recursive: true, force: true });
});

const lines = () => readFile(file, 'utf8');

test('an administrator opens support access, and every page of theirs says so at once', async () => {
  page = await setUpSite(ada, gatehouse, password);
  other = await ada.tab('/notifications');
  await page.getByRole('link', { name: 'Support' }).click();
  await page.getByText('Closed', { exact: true }).waitFor();
  await expectAccessible(page);
  await page.getByText('1 hour', { exact: true }).click();
  await page.getByRole('button', { name: 'Open for 1 hour' }).click();
  await page.getByText('Open', { exact: true }).waitFor();
  await other.getByText(/The support team can get onto this server until/).waitFor();
  expect(await lines()).toMatch(
    /^# mine\nrestrict,pty,expiry-time="\d{14}Z" ssh-ed25519 \S+ gatehouse-support\n$/,
  );
  await expectAccessible(page);
  await expectAccessible(other);
});

test('the time that is left counts down, and the end can be moved', async () => {
  const timer = page.getByRole('timer', { name: 'Time left' });
  const before = await timer.textContent();
  expect(before).toMatch(/^59:\d\d$|^1:00:00$/);
  await expect.poll(() => timer.textContent()).not.toBe(before);
  await page.getByRole('button', { name: 'Change the end' }).click();
  await page.getByText('72 hours', { exact: true }).click();
  await page.getByRole('button', { name: 'Leave open for 72 hours from now' }).click();
  await expect.poll(() => timer.textContent()).toMatch(/^71:59:\d\d$|^72:00:00$/);
});

test('it reads well on a phone, in the dark, in Italian', async () => {
  const phone = await Person.at(browser, gatehouse.url, {
    phone: true,
    dark: true,
    language: 'it-IT',
  });
  await phone.context.addCookies(await ada.context.cookies());
  const tab = await phone.tab('/support');
  await tab.getByRole('timer').waitFor();
  await expectAccessible(tab);
  await expectNoSideScroll(tab);
  expect(phone.faults).toEqual([]);
  await phone.close();
});

test('closing it takes the line away, and the other page knows', async () => {
  await page.getByRole('button', { name: 'Close now' }).click();
  await page.getByText('Closed', { exact: true }).waitFor();
  await other.getByText(/The support team can get onto/).waitFor({ state: 'hidden' });
  expect(await lines()).toBe('# mine\n');
  expect(ada.faults).toEqual([]);
});
