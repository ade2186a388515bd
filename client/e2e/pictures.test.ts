import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { picture } from './picture.ts';
import { expectAccessible, openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, 'an engine of brass');
  page.on('filechooser', () => {});
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** Noise, which no format makes smaller: a megabyte and a half of PNG. */
async function large(): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [700, 700];
    const pen = canvas.getContext('2d')!;
    const pixels = pen.createImageData(700, 700);
    for (let at = 0; at < pixels.data.length; at += 1)
      pixels.data[at] = at % 4 === 3 ? 255 : Math.floor(Math.random() * 256);
    pen.putImageData(pixels, 0, 0);
    return canvas.toDataURL('image/png');
  });
  return Buffer.from(url.split(',')[1]!, 'base64');
}

async function choose(button: string, file: Buffer): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).click(),
  ]);
  await chooser.setFiles({ name: 'picture.png', mimeType: 'image/png', buffer: file });
  await page.getByRole('button', { name: 'Use this part' }).click();
}

const shown = () => page.locator('main .avatar img').first().getAttribute('src');
/** The server's, and no longer that one; meanwhile a preview is shown. */
async function replaced(former: string | null): Promise<void> {
  const isNew = async () => {
    const src = (await shown()) ?? '';
    return src.includes('/media/') && src !== former;
  };
  await expect.poll(isNew, { timeout: 20_000 }).toBe(true);
}
/** Of the middle of what a tab shows as the person's picture: mostly red or mostly blue. */
const colourIn = (tab: Page) =>
  tab.evaluate(async () => {
    const image = document.querySelector<HTMLImageElement>('main .avatar img')!;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext('2d')!;
    pen.drawImage(image, 0, 0, 1, 1);
    const [red = 0, , blue = 0] = pen.getImageData(0, 0, 1, 1).data;
    return red > blue ? 'red' : 'blue';
  });

test('a large picture on a slow line shows how far it is, is stopped, and sent after all', async () => {
  await choose('Choose a picture', await picture(page, 64, 64));
  await replaced(null);
  const before = await shown();
  const line = await ada.context.newCDPSession(page);
  const rate = (uploadThroughput: number) =>
    line.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: -1 },
      uploadThroughput,
    });
  await rate(150_000);
  const file = await large();
  await choose('Change picture', file);
  const progress = page.getByRole('progressbar', { name: 'Sending the picture' });
  await progress.waitFor();
  const share = async () => Number(await progress.getAttribute('aria-valuenow'));
  await expect.poll(share, { timeout: 10_000 }).toBeGreaterThan(5);
  const first = await share();
  await expect.poll(share, { timeout: 10_000 }).toBeGreaterThan(first);
  expect(await share()).toBeLessThan(100);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await progress.waitFor({ state: 'detached' });
  // What was there is shown again, and the focus is where one would begin anew.
  expect(await shown()).toBe(before);
  await expect
    .poll(() =>
      page
        .getByRole('button', { name: 'Change picture' })
        .evaluate((one) => one === document.activeElement),
    )
    .toBe(true);
  await rate(-1);
  expect(await gatehouse.sql('select id from image_upload where content is not null')).toEqual([]);
  await choose('Change picture', file);
  await replaced(before);
  expect(ada.faults.splice(0).filter((fault) => !/ERR_ABORTED/.test(fault))).toEqual([]);
});

test('a picture is pasted from the clipboard', async () => {
  const before = await shown();
  await page.getByRole('heading', { name: 'Profile', level: 1 }).click();
  const bytes = [...(await picture(page, 300, 300))];
  await page.evaluate(async (numbers) => {
    const blob = new Blob([Uint8Array.from(numbers)], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  }, bytes);
  await page.keyboard.press('Control+V');
  await page.getByRole('dialog', { name: 'Choose the part that is shown' }).waitFor();
  await page.getByRole('button', { name: 'Use this part' }).click();
  await replaced(before);
});

test('on a phone a part is chosen with two fingers and one', async () => {
  const phone = await Person.at(browser, gatehouse.url, { phone: true });
  await phone.context.addCookies(await ada.context.cookies());
  const tab = await phone.tab('/profile');
  tab.on('filechooser', () => {});
  const [chooser] = await Promise.all([
    tab.waitForEvent('filechooser'),
    tab.getByRole('button', { name: 'Change picture' }).tap(),
  ]);
  const file = await picture(page, 1200, 1200);
  await chooser.setFiles({ name: 'picture.png', mimeType: 'image/png', buffer: file });
  const dialog = tab.getByRole('dialog', { name: 'Choose the part that is shown' });
  const stage = dialog.getByRole('application');
  await stage.waitFor();
  await expectAccessible(tab);
  const box = (await stage.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const fingers = await phone.context.newCDPSession(tab);
  await spread(fingers, { x, y }, 20, 60);
  const zoom = dialog.getByRole('slider');
  const value = Number(await zoom.inputValue());
  expect(value).toBeGreaterThan(Number(await zoom.getAttribute('min')) * 2);
  // What the finger pulls to the left shows more of the right.
  await pull(fingers, { x: x + 60, y }, { x: x - 140, y });
  await dialog.getByRole('button', { name: 'Use this part' }).tap();
  await dialog.waitFor({ state: 'hidden' });
  await expect
    .poll(() => tab.locator('main .avatar img').first().getAttribute('src'), { timeout: 10_000 })
    .toContain('/media/');
  await expect.poll(() => colourIn(tab), { timeout: 10_000 }).toBe('blue');
  expect(phone.faults).toEqual([]);
  await phone.close();
});

interface Place {
  readonly x: number;
  readonly y: number;
}
const touch = (
  session: CDPSession,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  points: Place[],
) =>
  session.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: points.map((point, id) => ({ ...point, id })),
  });

/** Rests before it lifts: a finger that lifts in full flight makes the next tap one that only stops it. */
async function lift(session: CDPSession, points: Place[]): Promise<void> {
  for (let time = 0; time < 3; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await touch(session, 'touchMove', points);
  }
  await touch(session, 'touchEnd', []);
}

/** Two fingers, one at either side of a place, go apart. */
async function spread(
  session: CDPSession,
  { x, y }: Place,
  from: number,
  to: number,
): Promise<void> {
  const at = (apart: number) => [
    { x: x - apart, y },
    { x: x + apart, y },
  ];
  await touch(session, 'touchStart', at(from));
  for (let apart = from; apart <= to; apart += 5) await touch(session, 'touchMove', at(apart));
  await lift(session, at(to));
}

async function pull(session: CDPSession, from: Place, to: Place): Promise<void> {
  await touch(session, 'touchStart', [from]);
  for (let step = 1; step <= 10; step += 1) {
    const share = step / 10;
    const place = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    await touch(session, 'touchMove', [place]);
  }
  await lift(session, [to]);
}
