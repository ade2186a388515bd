import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { picture } from './picture.ts';
import { expectAccessible, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, password);
  // Who listens all the time is told of every dialog, however soon it opens.
  page.on('filechooser', () => {});
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** Red, green and blue in the middle of the left edge, as the server shows it. */
const leftColour = (url: string) =>
  page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext('2d')!;
    pen.drawImage(image, 0, 0);
    const [red, green, blue] = pen.getImageData(4, canvas.height / 2, 1, 1).data;
    return { width: canvas.width, height: canvas.height, red, green, blue };
  }, url);

/** Opens the file dialog with the keyboard and answers it. */
async function choose(button: string, file: Buffer, name = 'picture.png'): Promise<void> {
  await page.getByRole('button', { name: button }).focus();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.keyboard.press('Enter'),
  ]);
  await chooser.setFiles({ name, mimeType: 'image/png', buffer: file });
}

async function pressTimes(key: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
}

/** Its address when it is the server's. */
async function served(selector: string): Promise<string> {
  const image = page.locator(selector).first();
  await expect.poll(() => image.getAttribute('src'), { timeout: 10_000 }).toContain('/media/');
  return (await image.getAttribute('src'))!;
}

test('a picture is chosen and cropped by keyboard alone', async () => {
  await choose('Choose a picture', await picture(page, 1200, 800));
  const dialog = page.getByRole('dialog', { name: 'Choose the part that is shown' });
  await dialog.waitFor();
  await expectAccessible(page);
  // The focus is where the arrows work.
  await pressTimes('+', 8);
  await pressTimes('ArrowRight', 60);
  await dialog.getByText(/^\d+ % from the left, \d+ % from the top, zoom 21\d %/).waitFor();
  await pressTimes('Tab', 6);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  const url = await served('main .avatar img');
  expect(await leftColour(url)).toEqual({
    width: 512,
    height: 512,
    red: expect.closeTo(0, -1),
    green: expect.closeTo(0, -1),
    blue: expect.closeTo(255, -1),
  });
  expect(
    await page.getByRole('button', { name: 'Account menu of ada' }).locator('img').count(),
  ).toBe(1);
  await page.getByRole('button', { name: 'Change picture' }).waitFor();
  await expectAccessible(page);
});

test('a picture that lies on its side is turned, by key and by button', async () => {
  const before = await served('main .avatar img');
  await choose('Change picture', await picture(page, 1200, 800));
  const dialog = page.getByRole('dialog', { name: 'Choose the part that is shown' });
  await dialog.waitFor();
  await page.keyboard.press('r');
  await dialog.getByText('Turned by 90°').waitFor({ state: 'attached' });
  await dialog.getByRole('button', { name: 'Turn left' }).click();
  await dialog.getByRole('button', { name: 'Turn right' }).click();
  await dialog.getByRole('application').focus();
  // Left was red; now that is above, and nothing else is shown.
  await pressTimes('+', 8);
  await pressTimes('ArrowUp', 60);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Use this part' }).click();
  await expect.poll(() => served('main .avatar img'), { timeout: 10_000 }).not.toBe(before);
  expect(await leftColour(await served('main .avatar img'))).toMatchObject({
    red: expect.closeTo(255, -1),
    blue: expect.closeTo(0, -1),
  });
});

test('what is no picture, or too large, is said before a byte is sent', async () => {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') sent.push(request.url());
  });
  await choose('Change picture', Buffer.from('<html>not a picture</html>'));
  await page.getByText('This is no PNG, JPEG, WebP or GIF picture.').waitFor();
  await choose(
    'Change picture',
    Buffer.concat([await picture(page, 9, 9), Buffer.alloc(2_700_000)]),
  );
  await page.getByText('This picture has 2.6 MB; at most 2 MB are possible.').waitFor();
  await choose('Change picture', (await picture(page, 99, 99)).subarray(0, 20));
  await page.getByText('This picture is damaged and cannot be read.').waitFor();
  await expectAccessible(page);
  expect(sent).toEqual([]);
});

test('when the way is cut it says so, tries again, and the old one stays meanwhile', async () => {
  const before = await served('main .avatar img');
  await page.route('**/uploads/*', (route) => route.abort());
  await choose('Change picture', await picture(page, 300, 300));
  await page.getByRole('button', { name: 'Use this part' }).click();
  await page.getByText('The server cannot be reached.').waitFor();
  await page.unroute('**/uploads/*');
  const faults = ada.faults.splice(0).filter((fault) => !/ERR_FAILED/.test(fault));
  expect(faults).toEqual([]);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => served('main .avatar img'), { timeout: 10_000 }).not.toBe(before);
});

test('a removed picture can be brought back; without that it is gone', async () => {
  const picked = page.locator('main .avatar img');
  await page.getByRole('button', { name: 'Remove picture' }).click();
  await expect.poll(() => picked.count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await picked.waitFor();
  await page.reload();
  await picked.waitFor();
  await page.getByRole('button', { name: 'Remove picture' }).click();
  await expect.poll(() => picked.count()).toBe(0);
  // Leaving the page is the end of the time to take it back.
  await page.getByRole('link', { name: 'Preferences' }).click();
  await page.waitForURL('**/preferences');
  await expect.poll(() => gatehouse.sql('select kind from image'), { timeout: 10_000 }).toEqual([]);
  await page.goto(`${gatehouse.url}/profile`);
  await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
});

test('a banner is dropped, dragged and shown three times as wide as high', async () => {
  const bytes = [...(await picture(page, 900, 900))];
  const data = await page.evaluateHandle((numbers) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(numbers)], 'a.png', { type: 'image/png' }));
    return transfer;
  }, bytes);
  await page.locator('.drop').first().dispatchEvent('drop', { dataTransfer: data });
  const dialog = page.getByRole('dialog', { name: 'Choose the part that is shown as banner' });
  const stage = dialog.getByRole('application');
  const box = (await stage.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, -400);
  await page.mouse.down();
  await page.mouse.move(box.x - 900, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await dialog.getByRole('button', { name: 'Use this part' }).click();
  const shown = await leftColour(await served('main .drop > img'));
  expect(shown).toMatchObject({ width: 1500, height: 500, blue: expect.closeTo(255, -1) });
  expect(shown.red).toBeLessThan(10);
});

test('a language chosen on the way is spoken at once, and what was sent stays', async () => {
  await choose('Choose a picture', await picture(page, 640, 480));
  await page.getByRole('button', { name: 'Use this part' }).click();
  await served('main .avatar img');
  await page.getByRole('link', { name: 'Preferences' }).click();
  await page.getByText('Italiano', { exact: true }).click();
  await page.getByRole('heading', { name: 'Preferenze', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Profilo' }).first().click();
  await page.getByRole('button', { name: 'Cambia immagine' }).waitFor();
  await served('main .avatar img');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Preferenze' }).click();
  await page.getByText('English', { exact: true }).click();
  await page.getByRole('heading', { name: 'Preferences', level: 1 }).waitFor();
});

test('a time zone is found by typing, with the keyboard, and the clock follows', async () => {
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  await zone.focus();
  await page.keyboard.type('tok');
  await page.getByRole('option', { name: /^Tokyo/ }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect
    .poll(() => gatehouse.sql('select time_zone from account'), { timeout: 10_000 })
    .toEqual([{ time_zone: 'Asia/Tokyo' }]);
  await expect.poll(() => zone.inputValue()).toBe('Asia/Tokyo (GMT+9)');
  await page.getByRole('button', { name: 'Use this device: Europe/Rome' }).click();
  await expect.poll(() => zone.inputValue(), { timeout: 10_000 }).toBe('Europe/Rome (GMT+1)');
  await zone.fill('atlantis');
  await page.getByText('No time zone is called so.').waitFor();
  await page.keyboard.press('Escape');
  expect(ada.faults.filter((fault) => !/ERR_FAILED/.test(fault))).toEqual([]);
});
