import { generate } from 'otplib';
import type { Browser, CDPSession, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person } from './person.ts';

const password = 'an engine of brass';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
let devices: CDPSession;
let authenticatorId = '';

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** A device of the DevTools, which keeps passkeys and has its owner's finger on it while `present`. */
async function plugIn(tab: Page): Promise<void> {
  devices = await tab.context().newCDPSession(tab);
  await devices.send('WebAuthn.enable', { enableUI: false });
  ({ authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  }));
}

const finger = (present: boolean) =>
  devices.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: present });

/** From the next ceremony on: one that waits already, such as the offer in the field, takes no finger any more. */
async function touchWhenAsked(): Promise<void> {
  const touch = async (route: Route) => {
    await finger(true);
    await route.continue();
  };
  await page.route('**/graphql', touch, { times: 1 });
}

/** Without its session, and with the device. */
async function signedOut(): Promise<void> {
  await ada.context.clearCookies();
  await page.goto(`${gatehouse.url}/sign-in`);
}

/** Switches two-factor authentication on as a page would. */
async function recoveryCode(): Promise<string> {
  const ask = (query: string) =>
    page.evaluate(async (text) => {
      const body = JSON.stringify({ query: text });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch('/graphql', { method: 'POST', headers, body });
      return (await answer.json()) as { data: Record<string, { secret: string; codes: string[] }> };
    }, query);
  const { data } = await ask('mutation { startTotp { secret } }');
  const code = await generate({ secret: data['startTotp']!.secret });
  const confirmed = await ask(`mutation { confirmTotp(code: "${code}") { codes } }`);
  return confirmed.data['confirmTotp']!.codes[0]!;
}

/** What password managers were told since the last question, by the browser's calls for it. */
const toldManagers = () =>
  page.evaluate(() => {
    const told = JSON.parse(sessionStorage.getItem('told') ?? '[]') as [string, object][];
    sessionStorage.removeItem('told');
    return told;
  });

async function listenToSignals(tab: Page): Promise<void> {
  await tab.addInitScript(() => {
    for (const call of ['signalAllAcceptedCredentials', 'signalCurrentUserDetails'] as const) {
      const passOn = PublicKeyCredential[call].bind(PublicKeyCredential);
      PublicKeyCredential[call] = (options: never) => {
        const told = JSON.parse(sessionStorage.getItem('told') ?? '[]') as unknown[];
        sessionStorage.setItem('told', JSON.stringify([...told, [call, options]]));
        return passOn(options);
      };
    }
  });
}

const passkeys = () => page.getByRole('list', { name: 'Your passkeys' }).getByRole('listitem');

describe('a passkey', () => {
  test('is made on the security page and named after its device, and the name can be changed', async () => {
    page = await ada.tab('/setup');
    await listenToSignals(page);
    await plugIn(page);
    await page.getByLabel('Set-up token').fill(gatehouse.setUpToken);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByRole('textbox', { name: /^Password/ }).fill(password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL('**/profile');
    await page.goto(`${gatehouse.url}/security`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const confirm = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await confirm.or(passkeys()).first().waitFor();
    if (await confirm.isVisible()) {
      await confirm.getByRole('textbox').fill(password);
      await confirm.getByRole('button', { name: 'Confirm' }).click();
    }
    await passkeys().first().waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: /^Rename / }).click();
    const name = page.getByRole('textbox', { name: 'Name of the passkey' });
    await name.fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Enter a name.').waitFor();
    await expectAccessible(page);
    await name.fill('Difference engine');
    await page.getByRole('button', { name: 'Save' }).click();
    await passkeys().filter({ hasText: 'Difference engine' }).waitFor();
    await passkeys().getByText('Never used').waitFor();

    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('This device already has a passkey of your account.').first().waitFor();
  });

  test('is shown by password managers under the present name of its owner', async () => {
    await toldManagers();
    await page.goto(`${gatehouse.url}/profile`);
    await page.getByRole('button', { name: 'Edit display name' }).click();
    await page.getByLabel('Display name').fill('Countess Ada');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(async () => Object.fromEntries(await toldManagers()))
      .toMatchObject({
        signalCurrentUserDetails: { rpId: 'localhost', name: 'ada', displayName: 'Countess Ada' },
      });
  });

  test('signs in from the list under the name, without a click on the page', async () => {
    await signedOut();
    await page.waitForURL('**/profile');
    await page.goto(`${gatehouse.url}/security`);
    await passkeys().getByText('Last used').waitFor();
  });

  test('signs in by its button', async () => {
    await finger(false);
    await signedOut();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await touchWhenAsked();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/profile');
  });

  test('is what a sensitive change asks for first', async () => {
    // A sign-in with a recovery code confirms nothing, so that the next change asks.
    const code = await recoveryCode();
    await finger(false);
    await signedOut();
    await page.getByLabel('Username or e-mail').fill('ada');
    await page.getByRole('textbox', { name: /^Password/ }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(code);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.waitForURL('**/profile');
    await page.goto(`${gatehouse.url}/api-access`);
    await page.getByRole('switch', { name: 'API access' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByRole('button', { name: 'Use a passkey' }).waitFor();
    await expectAccessible(page);
    await touchWhenAsked();
    await dialog.getByRole('button', { name: 'Use a passkey' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect
      .poll(() => page.getByRole('switch', { name: 'API access' }).isChecked())
      .toBe(true);
  });

  test('that was removed is refused, and the page says so', async () => {
    const { credentials } = await devices.send('WebAuthn.getCredentials', { authenticatorId });
    await page.goto(`${gatehouse.url}/security`);
    await page.getByRole('button', { name: 'Remove Difference engine' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Remove Difference engine?' });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Difference engine was removed.').first().waitFor();
    await page.getByText('No passkeys yet').waitFor();
    await expect
      .poll(async () => Object.fromEntries(await toldManagers()))
      .toMatchObject({
        signalAllAcceptedCredentials: { rpId: 'localhost', allAcceptedCredentialIds: [] },
      });
    // The device was told to forget it; one that does not listen still has it.
    const held = await devices.send('WebAuthn.getCredentials', { authenticatorId });
    if (held.credentials.length === 0)
      await devices.send('WebAuthn.addCredential', {
        authenticatorId,
        credential: credentials[0]!,
      });
    await finger(false);
    await signedOut();
    await page.waitForLoadState('networkidle');
    await touchWhenAsked();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey is not known here any more').first().waitFor();
    await expectAccessible(page);
  });
});
