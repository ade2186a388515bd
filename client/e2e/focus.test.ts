import { generate } from 'otplib';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, 'an engine of brass');
  const devices = await ada.context.newCDPSession(page);
  await devices.send('WebAuthn.enable', { enableUI: false });
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${gatehouse.url}/security`);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const card = (title: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
async function press(button: Locator): Promise<void> {
  await button.focus();
  await page.keyboard.press('Enter');
}
/** Where the next Tab goes on from; the body is nowhere. */
const focused = () =>
  expect.poll(() =>
    page.evaluate(() => {
      const { activeElement: now, body } = document;
      return now === body ? 'nowhere' : (now?.ariaLabel ?? now?.textContent ?? '').trim();
    }),
  );

test('a passkey that was renamed, or not, has the keys at its name', async () => {
  const passkeys = card('Passkeys');
  await press(passkeys.getByRole('button', { name: 'Add a passkey' }));
  await press(passkeys.getByRole('button', { name: /^Rename/ }));
  await passkeys.getByLabel('Name').fill('Ring');
  await page.keyboard.press('Enter');
  await focused().toBe('Rename Ring');
  await page.keyboard.press('Enter');
  await passkeys.getByLabel('Name').waitFor();
  await page.keyboard.press('Escape');
  await focused().toBe('Rename Ring');
});

test('an address that was added, or is not to be, leaves the keys at its card', async () => {
  const addresses = card('Allowed addresses');
  await press(addresses.getByRole('button', { name: 'Add my address' }));
  await focused().toBe('Allowed addresses');
  const discard = addresses.getByRole('button', { name: 'Discard changes' });
  await press(discard);
  await discard.waitFor({ state: 'detached' });
  await focused().toBe('Allowed addresses');
});

test('who switches two-factor authentication off can switch it on from there', async () => {
  const twoFactor = card('Two-factor authentication');
  await press(twoFactor.getByRole('button', { name: 'Set up' }));
  const dialog = page.locator('dialog[open]').last();
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await dialog.getByText('Copied').waitFor();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  await dialog.getByRole('textbox').fill(await generate({ secret }));
  await page.keyboard.press('Enter');
  await dialog.getByLabel('I saved them').check();
  await press(dialog.getByRole('button', { name: 'Done' }));
  await press(twoFactor.getByRole('button', { name: 'Turn off' }));
  await page.getByRole('alertdialog').getByRole('textbox').fill('ada');
  await page.keyboard.press('Enter');
  await twoFactor.getByText('Off', { exact: true }).waitFor();
  await focused().toBe('Set up');
});

test('filters that are taken away leave the keys at the list', async () => {
  for (const nth of [0, 1]) {
    await page.goto(`${gatehouse.url}/activity?search=nothing-like-this`);
    await page.getByText('Nothing matches').waitFor();
    await press(page.getByRole('button', { name: 'Clear filters' }).nth(nth));
    await page
      .getByRole('button', { name: 'Clear filters' })
      .first()
      .waitFor({ state: 'detached' });
    await focused().toBe('What happened, newest first');
  }
});
