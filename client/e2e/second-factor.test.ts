import { generate } from 'otplib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person } from './person.ts';

const password = 'an engine of brass';
const stepMs = 30_000;

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
let secret = '';
let codes: string[] = [];
/** The next step whose code was not used yet: each is accepted once. */
let freeFrom = 0;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** What the app shows, once it shows something new. The server takes the step before and after as well. */
async function nextCode(): Promise<string> {
  const now = Math.floor(Date.now() / stepMs);
  const step = Math.max(now - 1, freeFrom);
  const waitMs = (step - 1) * stepMs - Date.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  freeFrom = step + 1;
  return generate({ secret, epoch: (step * stepMs) / 1000 });
}

async function beginSignIn(person: Person, returnTo = ''): Promise<Page> {
  const tab = await person.tab(`/sign-in${returnTo}`);
  await tab.getByLabel('Username or e-mail').fill('ada');
  await tab.getByRole('textbox', { name: /^Password/ }).fill(password);
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click();
  await tab.getByRole('textbox', { name: 'Code from your app' }).waitFor();
  return tab;
}

const card = (tab: Page) =>
  tab.locator('section').filter({ has: tab.getByRole('heading', { name: 'Two-factor' }) });

describe('a second factor', () => {
  test('is set up with the typed key, and the codes are saved before the dialog goes', async () => {
    page = await ada.tab('/setup');
    await page.getByLabel('Set-up token').fill(gatehouse.setUpToken);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByRole('textbox', { name: /^Password/ }).fill(password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL('**/profile');
    await page.goto(`${gatehouse.url}/security`);
    await card(page).getByRole('button', { name: 'Set up' }).click();
    const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
    const dialog = page.getByRole('dialog', { name: 'Set up two-factor authentication' });
    await confirm.or(dialog).waitFor();
    if (await confirm.isVisible()) {
      await confirm.getByRole('textbox').fill(password);
      await confirm.getByRole('button', { name: 'Confirm' }).click();
    }
    await dialog.getByRole('img', { name: 'QR code with the key for your app' }).waitFor();
    await expectAccessible(page);
    const isFocused = (code: Element) => code === document.activeElement;
    expect(await dialog.getByRole('textbox').evaluate(isFocused)).toBe(true);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByText('Copied').waitFor();
    secret = await page.evaluate(() => navigator.clipboard.readText());
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);

    await dialog.getByRole('textbox').fill('000000');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await dialog.getByText('That is not the code of this moment').waitFor();
    await dialog.getByRole('textbox').fill(await nextCode());
    await dialog.getByRole('button', { name: 'Turn on' }).click();

    const save = page.getByRole('dialog', { name: 'Save your recovery codes' });
    await save.getByRole('button', { name: 'Copy' }).click();
    await save.getByText('Copied').waitFor();
    codes = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    await expectAccessible(page);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      save.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('recovery-codes-ada.txt');
    await page.keyboard.press('Escape');
    await save.getByText('These codes will not be shown again').waitFor();
    await save.getByRole('button', { name: 'Done' }).click();
    await save.getByText('Save the codes first').waitFor();
    await save.getByLabel('I saved them').check();
    await save.getByRole('button', { name: 'Done' }).click();
    await save.waitFor({ state: 'hidden' });
    await card(page).getByText('10 of 10 recovery codes left').waitFor();
    expect(await card(page).getByRole('button').first().evaluate(isFocused)).toBe(true);
    await expectAccessible(page);
    expect(ada.faults.filter((fault) => !/400/.test(fault))).toEqual([]);
  });

  test('is asked for elsewhere: a wrong code is refused, the right one leads where one wanted to go', async () => {
    const person = await Person.at(browser, gatehouse.url);
    const tab = await beginSignIn(person, '?returnTo=%2Fsecurity');
    const field = tab.getByRole('textbox', { name: 'Code from your app' });
    expect(await field.evaluate((one) => one === document.activeElement)).toBe(true);
    await expectAccessible(tab);
    await tab.getByText('ada', { exact: true }).waitFor();
    let sent = 0;
    tab.on('request', (request) => (sent += Number(request.method() === 'POST')));
    const wrong = tab.getByText('That is not the code of this moment');
    await field.pressSequentially('000 00');
    expect(sent).toBe(0);
    await tab.getByRole('button', { name: 'Confirm' }).click();
    await wrong.waitFor();
    await expectAccessible(tab);
    // The last digit sends it.
    await field.press('0');
    await expect.poll(() => sent).toBe(2);
    await wrong.waitFor();
    await field.fill(await nextCode());
    await tab.waitForURL('**/security');
    await person.close();
  });

  test('gives way to a recovery code, which works once', async () => {
    for (const works of [true, false]) {
      const person = await Person.at(browser, gatehouse.url, { phone: true });
      const tab = await beginSignIn(person);
      await tab.getByRole('button', { name: 'Use a recovery code' }).click();
      await expectAccessible(tab);
      await expectNoSideScroll(tab);
      await tab.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0]!.toUpperCase());
      await tab.getByRole('button', { name: 'Confirm' }).click();
      if (works) await tab.waitForURL('**/profile');
      else await tab.getByText('not one of your recovery codes, or it was used').waitFor();
      await person.close();
    }
    await page.reload();
    await card(page).getByText('9 of 10 recovery codes left').waitFor();
  });

  test('is what a sensitive change asks for, and the change goes on by itself', async () => {
    const person = await Person.at(browser, gatehouse.url);
    const tab = await beginSignIn(person);
    await tab.getByRole('button', { name: 'Use a recovery code' }).click();
    await tab.getByRole('textbox', { name: 'Recovery code' }).fill(codes[1]!);
    await tab.getByRole('button', { name: 'Confirm' }).click();
    await tab.waitForURL('**/profile');
    await tab.goto(`${gatehouse.url}/api-access`);
    await tab.getByRole('switch', { name: 'API access' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByRole('textbox', { name: 'Code from your app' }).waitFor();
    await expectAccessible(tab);
    await dialog.getByRole('textbox').fill('000000');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('That is not the code of this moment').waitFor();
    await dialog.getByRole('textbox').fill(await nextCode());
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => tab.getByRole('switch', { name: 'API access' }).isChecked()).toBe(true);
    await person.close();
  });

  test('gets new codes, and is switched off by who types their name', async () => {
    const answer = async (done: ReturnType<Page['getByText']>) => {
      const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
      await confirm.or(done).first().waitFor();
      if (!(await confirm.isVisible())) return;
      await confirm.getByRole('textbox').fill(await nextCode());
      await confirm.getByRole('button', { name: 'Confirm' }).click();
    };
    await card(page).getByRole('button', { name: 'New codes' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'New codes' }).click();
    const save = page.getByRole('dialog', { name: 'Save your recovery codes' });
    await answer(save);
    await save.getByLabel('I saved them').check();
    await save.getByRole('button', { name: 'Done' }).click();
    await card(page).getByText('10 of 10 recovery codes left').waitFor();

    await card(page).getByRole('button', { name: 'Turn off' }).click();
    const off = page.getByRole('alertdialog', { name: 'Turn off two-factor authentication?' });
    await expectAccessible(page);
    await off.getByRole('button', { name: 'Turn off' }).click();
    await off.getByText('This is not your username').waitFor();
    await off.getByRole('textbox').fill('ada');
    await off.getByRole('button', { name: 'Turn off' }).click();
    const done = page.getByText('Two-factor authentication is off.').first();
    await answer(done);
    await done.waitFor();
    await card(page).getByRole('button', { name: 'Set up' }).waitFor();

    const person = await Person.at(browser, gatehouse.url);
    const tab = await person.tab('/sign-in');
    await tab.getByLabel('Username or e-mail').fill('ada');
    await tab.getByRole('textbox', { name: /^Password/ }).fill(password);
    await tab.getByRole('button', { name: 'Sign in', exact: true }).click();
    await tab.waitForURL('**/profile');
    await person.close();
  });
});
