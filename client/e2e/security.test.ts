import { generate } from 'otplib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person } from './person.ts';

const first = 'an engine of brass';
const second = 'notes on the sketch';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
let secret = '';
let codes: string[] = [];

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  await gatehouse.sql(`update site set registration = 'OPEN', set_up_at = now()`);
  ada = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const passwordField = (tab: Page, name: RegExp) => tab.getByRole('textbox', { name });
const card = (tab: Page, title: string) =>
  tab.locator('section').filter({ has: tab.getByRole('heading', { name: title, exact: true }) });

async function signIn(tab: Page, password: string): Promise<void> {
  await tab.getByLabel('Username or e-mail').fill('ada');
  await passwordField(tab, /^Password/).fill(password);
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A device of the DevTools that keeps passkeys, with its owner's finger on it. */
async function plugIn(tab: Page): Promise<CDPSession> {
  const devices = await tab.context().newCDPSession(tab);
  await devices.send('WebAuthn.enable', { enableUI: false });
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return devices;
}

/** As if the last proof was long ago. */
const forgetProofs = () =>
  gatehouse.sql(`update session set confirmed_until = now() - interval '1 minute'`);

async function confirmByPasskey(): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await dialog.getByRole('button', { name: 'Use a passkey' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** In a browser where nobody is signed in. */
async function followElsewhere(link: string, done: string): Promise<void> {
  const elsewhere = await Person.at(browser, gatehouse.url);
  const tab = await elsewhere.tab(link);
  await tab.getByRole('button', { name: 'Confirm address' }).click();
  await tab.getByText(done).waitFor();
  await expectAccessible(tab);
  await elsewhere.close();
}

/** What a browser says when somebody comes back to its window. */
const comeBack = () => page.evaluate(() => void window.dispatchEvent(new Event('focus')));

describe('from sign-up to a device that is signed out elsewhere', () => {
  test('somebody registers, follows the link, signs in, and is told of passkeys once', async () => {
    page = await ada.tab('/register');
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await passwordField(page, /^Password/).fill(first);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('We sent a link to ada@example.org').waitFor();
    await page.goto(gatehouse.url + (await gatehouse.linkTo('ada@example.org')));
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByRole('link', { name: 'Go to sign-in' }).click();
    await page.waitForURL('**/sign-in');
    await signIn(page, first);
    await page.waitForURL('**/profile');
    const nudge = page.getByText('Sign in without a password next time');
    await nudge.waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Not now' }).click();
    await nudge.waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByText('Verified').first().waitFor();
    expect(await nudge.count()).toBe(0);
  });

  test('sets an authenticator app up and saves the codes', async () => {
    await page.goto(`${gatehouse.url}/security`);
    await card(page, 'Two-factor authentication').getByRole('button', { name: 'Set up' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set up two-factor authentication' });
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByText('Copied').waitFor();
    secret = await page.evaluate(() => navigator.clipboard.readText());
    await dialog.getByRole('textbox').fill(await generate({ secret }));
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    const save = page.getByRole('dialog', { name: 'Save your recovery codes' });
    await save.getByRole('button', { name: 'Copy' }).click();
    await save.getByText('Copied').waitFor();
    codes = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    await save.getByLabel('I saved them').check();
    await save.getByRole('button', { name: 'Done' }).click();
    await card(page, 'Two-factor authentication').getByText('10 of 10').waitFor();
  });

  test('adds a passkey, and is signed in on a phone with a recovery code', async () => {
    await plugIn(page);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    // The code that switched two-factor authentication on was a proof: nobody waits for the app's next one.
    await page.getByRole('list', { name: 'Your passkeys' }).getByRole('listitem').waitFor();
    const phone = await Person.at(browser, gatehouse.url, { phone: true });
    const tab = await phone.tab('/sign-in');
    await signIn(tab, first);
    await tab.getByRole('button', { name: 'Use a recovery code' }).click();
    await tab.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0]!);
    await tab.getByRole('button', { name: 'Confirm' }).click();
    await tab.waitForURL('**/profile');
    await tab.getByText('You used a recovery code').waitFor();
    await tab.getByText('9 are left.').waitFor();
    await expectAccessible(tab);
    await expectNoSideScroll(tab);

    // The phone's page hears what happens from now on.
    await tab.waitForTimeout(1_500);
    await comeBack();
    const sessions = card(page, 'Sessions');
    await sessions.getByRole('listitem').nth(1).waitFor();
    await sessions.getByRole('button', { name: /^Sign out Chrome/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
    await tab.waitForURL(/\/sign-in\?/);
    await tab.getByText('Your session has ended').first().waitFor();
    await expectAccessible(tab);
    await phone.close();
    await sessions.getByText('You are signed in on this device only.').waitFor();
  });
});

describe('addresses', () => {
  test('the address changes when the link to the new one was followed, and what was typed survives the step-up', async () => {
    await page.goto(`${gatehouse.url}/profile`);
    await page.getByRole('button', { name: 'Change e-mail' }).click();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'New e-mail' }).fill('ada@example.org');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('This is an address you have already').waitFor();
    await forgetProofs();
    await page.getByRole('textbox', { name: 'New e-mail' }).fill('ada@analytical.example');
    await page.getByRole('button', { name: 'Send link' }).click();
    await confirmByPasskey();
    await page.getByText('Waiting for ada@analytical.example').waitFor();
    await page.getByText('ada@example.org').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel the change' }).click();
    await page.getByText('Waiting for').waitFor({ state: 'hidden' });
    const cancelled = await gatehouse.linkTo('ada@analytical.example');

    await page.getByRole('button', { name: 'Change e-mail' }).click();
    await page.getByRole('textbox', { name: 'New e-mail' }).fill('ada@analytical.example');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Waiting for ada@analytical.example').waitFor();
    const elsewhere = await Person.at(browser, gatehouse.url);
    const tab = await elsewhere.tab(cancelled);
    await tab.getByRole('button', { name: 'Confirm address' }).click();
    await tab.getByText('This link is not valid any more').waitFor();
    await elsewhere.close();
    await followElsewhere(
      await gatehouse.linkTo('ada@analytical.example'),
      'Your address is confirmed',
    );
    await comeBack();
    await page.getByText('Waiting for').waitFor({ state: 'hidden' });
    await page.getByText('ada@analytical.example').first().waitFor();
  });

  test('a second address is added, confirmed, and removed', async () => {
    await page.goto(`${gatehouse.url}/security`);
    const second = card(page, 'Second e-mail');
    await second.getByRole('button', { name: 'Add an address' }).waitFor();
    await second.getByRole('button', { name: 'Add an address' }).click();
    await second.getByRole('textbox').fill('ada@second.example');
    await second.getByRole('button', { name: 'Send link' }).click();
    await second.getByText('Not confirmed').waitFor();
    await expectAccessible(page);
    await followElsewhere(
      await gatehouse.linkTo('ada@second.example'),
      'Your second address is confirmed',
    );
    await comeBack();
    await second.getByText('Confirmed', { exact: true }).waitFor();
    await second.getByRole('button', { name: 'Replace' }).click();
    await second.getByRole('textbox').fill('ada@third.example');
    await second.getByRole('button', { name: 'Send link' }).click();
    await second.getByText('Waiting for ada@third.example').waitFor();
    await expectAccessible(page);
    await second.getByRole('button', { name: 'Remove ada@second.example' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await second.getByRole('button', { name: 'Add an address' }).waitFor();
  });
});

describe('a new access token', () => {
  test('ends at the end of a day of one’s own, which lies ahead', async () => {
    const phone = await Person.at(browser, gatehouse.url, { phone: true, dark: true });
    await phone.context.addCookies(await ada.context.cookies());
    const tab = await phone.tab('/api-access');
    await tab.getByRole('switch', { name: 'API access' }).click();
    await tab.getByRole('button', { name: 'Create token' }).first().click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('Name').fill('until the fair');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByLabel('Expires').selectOption('on a day of your choice');
    const create = dialog.getByRole('button', { name: 'Create token' });
    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Rome' });
    for (const wrong of ['', today]) {
      await dialog.getByLabel('Last day').fill(wrong);
      await create.click();
      await dialog.getByText('Choose a day after today.').waitFor();
    }
    await expectAccessible(tab);
    await expectNoSideScroll(tab);
    await dialog.getByLabel('Last day').fill('2031-07-01');
    await create.click();
    await dialog.getByRole('button', { name: 'Copy' }).first().click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await tab.getByText('Jul 1, 2031').waitFor();
    expect(await gatehouse.sql('select expires_at from access_token')).toEqual([
      { expires_at: new Date('2031-07-01T21:59:59Z') },
    ]);
    await tab.getByRole('button', { name: 'Revoke “until the fair”' }).click();
    await tab.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await tab.getByRole('switch', { name: 'API access' }).click();
    await tab.getByText('API access is off').first().waitFor();
    await phone.close();
  });
});

describe('a changed password', () => {
  test('asks what is to become of access tokens', async () => {
    await page.goto(`${gatehouse.url}/api-access`);
    await page.getByRole('switch', { name: 'API access' }).click();
    await page.getByRole('button', { name: 'Create token' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('backup script');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).first().click();
    await page.goto(`${gatehouse.url}/security`);
    const password = card(page, 'Password');
    const isFocused = (one: Element) => one === document.activeElement;
    const change = password.getByRole('button', { name: 'Change password' });
    await change.click();
    const current = passwordField(page, /^Current password/);
    await expect.poll(() => current.evaluate(isFocused)).toBe(true);
    await password.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => change.evaluate(isFocused)).toBe(true);
    await change.click();
    await current.fill(first);
    await passwordField(page, /^New password/).fill('brass');
    await password.getByRole('button', { name: 'Suggest a password' }).click();
    await password.getByText('A password was filled in').waitFor();
    await passwordField(page, /^New password/).fill(second);
    await password.getByText(/^(good|strong)$/).waitFor();
    await expectAccessible(page);
    await password.getByRole('button', { name: 'Change password' }).click();
    const offer = page.getByRole('alertdialog', { name: 'Revoke your access tokens, too?' });
    await offer.getByText('backup script').waitFor();
    await expectAccessible(page);
    await offer.getByRole('button', { name: 'Revoke 1 token' }).click();
    await offer.waitFor({ state: 'hidden' });
    await page.getByText('1 access token was revoked.').first().waitFor();
    expect(ada.faults.filter((fault) => !/status of 400/.test(fault))).toEqual([]);
  });
});
