import { expect, test } from 'vitest';
import { isAnimated, readPicture } from './picture-file.ts';
import type { Picture } from './picture-file.ts';
import { turnedPicture } from './turn.ts';

/** Red on the left, blue on the right. */
async function drawn(width: number, height: number, type: string): Promise<Picture> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = '#f00';
  pen.fillRect(0, 0, width / 2, height);
  pen.fillStyle = '#00f';
  pen.fillRect(width / 2, 0, width / 2, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type));
  return (await readPicture(blob!)) as Picture;
}

async function colourAt({ file }: Picture, x: number, y: number): Promise<string> {
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext('2d')!;
  pen.drawImage(bitmap, 0, 0);
  const [red = 0, , blue = 0] = pen.getImageData(x, y, 1, 1).data;
  return red > 200 ? 'red' : blue > 200 ? 'blue' : 'other';
}

test.each([
  ['image/png', 1, 'red', 'blue'],
  ['image/png', 3, 'blue', 'red'],
  ['image/jpeg', 1, 'red', 'blue'],
  ['image/webp', 3, 'blue', 'red'],
] as const)('a %s turned by %i quarters is upright', async (type, turns, top, bottom) => {
  const turned = (await turnedPicture(await drawn(60, 20, type), turns)) as Picture;
  expect([turned.width, turned.height]).toEqual([20, 60]);
  expect(await colourAt(turned, 10, 10)).toBe(top);
  expect(await colourAt(turned, 10, 50)).toBe(bottom);
});

test('turned by half it has its sides and stands on its head', async () => {
  const turned = (await turnedPicture(await drawn(60, 20, 'image/png'), 2)) as Picture;
  expect([turned.width, turned.height]).toEqual([60, 20]);
  expect(await colourAt(turned, 10, 10)).toBe('blue');
});

test('a picture that would be too large as PNG is made small enough', async () => {
  const side = 900;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: side, height: side });
  const pen = canvas.getContext('2d')!;
  const noise = pen.createImageData(side, side);
  let seed = 1;
  for (let at = 0; at < noise.data.length; at += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    noise.data[at] = at % 4 === 3 ? 255 : seed >>> 24;
  }
  pen.putImageData(noise, 0, 0);
  const url = canvas.toDataURL('image/png');
  const file = await (await fetch(url)).blob();
  expect(file.size).toBeGreaterThan(2 * 1024 * 1024);
  const picture = { file, url, width: side, height: side, animated: false };
  const turned = (await turnedPicture(picture, 1)) as Picture;
  expect(turned.file.size).toBeLessThanOrEqual(2 * 1024 * 1024);
});

test('an animation is known, and a still picture of the same type', () => {
  const frame = [0x21, 0xf9, 4, 0, 0, 0, 0, 0];
  const gif = (...frames: number[][]) =>
    Uint8Array.from([...new TextEncoder().encode('GIF89a'), 1, 0, 1, 0, 0, 0, 0, ...frames.flat()]);
  expect(isAnimated(gif(frame))).toBe(false);
  expect(isAnimated(gif(frame, frame))).toBe(true);
  const webp = (flags: number) =>
    Uint8Array.from([...new TextEncoder().encode('RIFF....WEBPVP8X....'), flags, 0, 0, 0]);
  expect(isAnimated(webp(0b10))).toBe(true);
  expect(isAnimated(webp(0b10000))).toBe(false);
});
