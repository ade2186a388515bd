import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person } from './person.ts';

const password = 'an engine of brass';
const cli = fileURLToPath(new URL('../../server/dist/cli.js', import.meta.url));

let storageRoot: string;
let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
beforeAll(async () => {
  storageRoot = await mkdtemp(join(tmpdir(), 'gatehouse-storage-'));
  process.env['STORAGE_ROOT'] = storageRoot;
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
  delete process.env['STORAGE_ROOT'];
  await rm(storageRoot, { recursive: true, force: true });
});

async function command(...words: string[]): Promise<string> {
  const env = { ...process.env, DATA_DIR: gatehouse.dataDir, PORT: new URL(gatehouse.url).port };
  return (await promisify(execFile)(process.execPath, [cli, ...words], { env })).stdout;
}
async function file(name: string, bytes: number): Promise<void> {
  const path = join(storageRoot, 'ada', name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes, 1));
}
/** As her mail server would, with her own session. */
const told = (query: string) =>
  page.evaluate(async (query) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query });
    return (await fetch('/graphql', { method: 'POST', headers, body })).json();
  }, query);
const card = (name: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });
async function confirmIfAsked(dialog: ReturnType<Page['getByRole']>): Promise<void> {
  const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await confirm.or(dialog).first().waitFor();
  if (!(await confirm.isVisible())) return;
  await confirm.getByRole('textbox').fill(password);
  await confirm.getByRole('button', { name: 'Confirm' }).click();
}

describe('what somebody uses', () => {
  test('stands on the profile: without a limit as a figure, measured on demand', async () => {
    page = await ada.tab('/setup');
    await page.getByLabel('Set-up token').fill(gatehouse.setUpToken);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByRole('textbox', { name: /^Password/ }).fill(password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL('**/profile');
    const disk = card('Disk space');
    await disk.getByText('used, without a limit').waitFor();
    expect(await disk.getByRole('meter').count()).toBe(0);
    await file('Maildir/cur/mail', 3_000_000);
    await file('backup/archive', 1_000_000);
    await disk.getByRole('button', { name: 'Measure now' }).click();
    await disk.getByRole('rowheader', { name: 'Maildir' }).waitFor();
    await disk.getByText('Updated').waitFor();
    await expectAccessible(page);
  });

  test('follows a limit that an administrator sets, while the page is open', async () => {
    await command('user', 'quota', '-u', 'ada', '-o', '5MB');
    const meter = card('Disk space').getByRole('meter');
    await meter.waitFor();
    expect(await meter.getAttribute('aria-valuetext')).toMatch(/4\s?MB of 5\sMB used, 80\s%/);
    await page.getByRole('link', { name: /unread/ }).waitFor();
    await command('user', 'quota', '-u', 'ada', '-o', '2MB');
    await card('Disk space').getByText('over your limit').waitFor();
  });

  test('is on its own page: limits, e-mail accounts and domains with search', async () => {
    const input = Array.from(
      { length: 25 },
      (_, index) =>
        `{ username: "ada", address: "box${String(index).padStart(2, '0')}@example.org", usedBytes: ${index * 40}, quotaBytes: 1000, archive: ${index === 0} }`,
    );
    await told(`mutation { putEmailAccounts(input: [${input.join(',')}]) { code } }`);
    await told('mutation { putDomain(username: "ada", name: "example.org") { name } }');
    await command('user', 'quota', '-u', 'ada', '-k', 'email_accounts', '-o', '25');
    await page.getByRole('link', { name: 'Limits and usage' }).click();
    await page.waitForURL('**/limits');
    const limits = card('Other limits');
    await limits.getByText('25 of 25 used').waitFor();
    await limits.getByText('1, unlimited').waitFor();
    const mails = card('E-mail accounts');
    await mails.getByText('25 entries').waitFor();
    await mails.getByRole('button', { name: 'Show more' }).click();
    await mails.getByText('box24@example.org', { exact: true }).waitFor();
    await mails.getByRole('searchbox').fill('box07');
    await mails.getByText('1 entry').waitFor();
    expect(await mails.getByText('box08@example.org', { exact: true }).count()).toBe(0);
    await card('Domains').getByText('example.org', { exact: true }).waitFor();
    await expectAccessible(page);
    expect(ada.faults).toEqual([]);
  });

  test.each([390, 320])('fits a screen of %d pixels, at night', async (width) => {
    const person = await Person.at(browser, gatehouse.url, { phone: true, dark: true });
    await person.context.addCookies(await ada.context.cookies());
    const tab = await person.tab('/limits');
    await tab.setViewportSize({ width, height: 800 });
    await tab.getByText('25 of 25 used').waitFor();
    await expectNoSideScroll(tab);
    await expectAccessible(tab);
    await person.close();
  });
});

describe('a license', () => {
  test('shows a new key once; a tool asks with it; rotated while in use by typing its label', async () => {
    await command('license', 'issue', '-u', 'ada', '-p', 'Backup Pro');
    await page.goto(`${gatehouse.url}/api-access`);
    const licenses = card('Licenses');
    await licenses.getByRole('button', { name: 'Create key for Backup Pro' }).click();
    const making = page.getByRole('dialog', { name: 'New API key' });
    await making.getByRole('textbox').fill('nas');
    await making.getByRole('button', { name: 'Create key' }).click();
    const shown = page.getByRole('dialog', { name: 'Key “nas”' });
    await confirmIfAsked(shown);
    const first = await shown.locator('code').first().innerText();
    expect(first).toMatch(/^ghk_\w{46}$/);
    await shown.getByRole('group', { name: 'API key' }).getByRole('button').click();
    await expectAccessible(page);
    await shown.getByRole('button', { name: 'Done' }).click();
    const ask = (key: string) => gatehouse.graphql('{ license { product active } }', {}, key);
    expect((await ask(first)).data).toEqual({ license: { product: 'Backup Pro', active: true } });

    await page.reload();
    await licenses.getByRole('button', { name: 'Rotate “nas”' }).click();
    const rotating = page.getByRole('alertdialog', { name: 'Rotate “nas”?' });
    await rotating.getByRole('textbox').fill('nas');
    await rotating.getByRole('button', { name: 'Rotate' }).click();
    await confirmIfAsked(shown);
    await shown.getByText('The old key no longer works').waitFor();
    const next = await shown.locator('code').first().innerText();
    expect((await ask(first)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await ask(next)).data).toEqual({ license: { product: 'Backup Pro', active: true } });
    await shown.getByRole('group', { name: 'API key' }).getByRole('button').click();
    await shown.getByRole('button', { name: 'Done' }).click();

    await licenses.getByRole('button', { name: 'Revoke “nas”' }).click();
    const revoking = page.getByRole('alertdialog', { name: 'Revoke “nas”?' });
    await revoking.getByRole('button', { name: 'Revoke' }).click();
    await revoking.getByText('This is not the label of the key.').waitFor();
    await revoking.getByRole('textbox').fill('nas');
    await revoking.getByRole('button', { name: 'Revoke' }).click();
    await licenses.getByText('No keys yet.').waitFor();
    expect((await ask(next)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await expectAccessible(page);
  });
});
