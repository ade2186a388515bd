import { createHash, randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { animated, flat, flicker, PictureSender, setImage } from '../../../test/pictures.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import { mostImageBytes } from './images.js';

let server: TestServer;
let ada: PictureSender;

beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ada = new PictureSender(server, await server.app.signedIn());
});

describe('a picture', () => {
  test.each(['png', 'jpeg', 'webp', 'gif'] as const)(
    'in %s becomes 512 by 512 WebP',
    async (format) => {
      const { shown } = await ada.show(await flat(800, 600).toFormat(format).toBuffer());
      expect(shown?.avatar).toMatchObject({ width: 512, height: 512 });
      const answer = await ada.media(shown!.avatar!.url);
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      });
      const { meta } = await ada.seen(shown!.avatar!.url);
      expect(meta).toMatchObject({ format: 'webp', width: 512, height: 512 });
    },
  );

  test('of the banner is 1500 by 500, beside the other one', async () => {
    await ada.show(await flat(300, 300).png().toBuffer());
    const { shown } = await ada.show(await flat(3000, 1000).jpeg().toBuffer(), null, 'BANNER');
    expect(shown).toMatchObject({ avatar: { width: 512 }, banner: { width: 1500, height: 500 } });
  });

  test('keeps nothing of the file but its pixels', async () => {
    const original = await flat(300, 200)
      .withExif({ IFD0: { Copyright: 'SECRET-WORDS' }, IFD3: { GPSLatitude: '45/1 4/1 0/1' } })
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    const withArchive = Buffer.concat([original, Buffer.from('PK\x03\x04SECRET-WORDS<script>')]);
    expect(withArchive.includes('SECRET-WORDS')).toBe(true);
    const { shown } = await ada.show(withArchive);
    const { bytes, meta } = await ada.seen(shown!.avatar!.url);
    expect(meta.exif ?? meta.icc ?? meta.xmp).toBeUndefined();
    expect(bytes.includes('SECRET-WORDS')).toBe(false);
  });

  test('is cropped in the pixels people see, after its orientation', async () => {
    // Left half red, right half blue, then stored lying on its side.
    const blue = await flat(100, 100, '#00f').png().toBuffer();
    const upright = await flat(200, 100, '#f00')
      .composite([{ input: blue, left: 100, top: 0 }])
      .png()
      .toBuffer();
    const lying = await sharp(upright)
      .rotate(270)
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { shown } = await ada.show(lying, { x: 110, y: 10, width: 80, height: 80 });
    const { bytes } = await ada.seen(shown!.avatar!.url);
    const { dominant } = await sharp(bytes).stats();
    expect(dominant).toMatchObject({ r: 8, b: 248 });
  });

  test('keeps its animation, cropped frame by frame', async () => {
    const { shown } = await ada.show(await animated(7, 60, 40), {
      x: 10,
      y: 0,
      width: 40,
      height: 40,
    });
    const { meta } = await ada.seen(shown!.avatar!.url);
    expect(meta).toMatchObject({ pages: 7, pageHeight: 512, width: 512 });
  });

  test('is gone with its address when it is replaced or removed', async () => {
    const first = (await ada.show(await flat(64, 64).png().toBuffer())).shown!.avatar!.url;
    const second = (await ada.show(await flat(64, 64).png().toBuffer())).shown!.avatar!.url;
    expect(second).not.toBe(first);
    expect((await ada.media(first)).status).toBe(404);
    expect((await ada.media(second)).status).toBe(200);
    const { data } = await server.graphql(
      'mutation { removeImage(kind: AVATAR) { avatar { url } } }',
      {},
      ada.as,
    );
    expect(data).toEqual({ removeImage: { avatar: null } });
    expect((await ada.media(second)).status).toBe(404);
  });
});

describe('what is refused leaves the old picture', () => {
  let old: string;
  beforeEach(async () => {
    old = (await ada.show(await flat(64, 64).png().toBuffer())).shown!.avatar!.url;
  });
  const stays = async () => expect((await ada.media(old)).status).toBe(200);

  test.each([
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>'),
    ],
    ['HTML named .png', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a PDF', Buffer.from('%PDF-1.4\n1 0 obj\n')],
    ['noise', randomBytes(5_000)],
    ['the mere beginning of a PNG', Buffer.from('\x89PNG\r\n\x1a\n<?php system("id")', 'latin1')],
  ])('%s', async (_name, content) => {
    const { refusal } = await ada.show(content);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'uploadId' });
    await stays();
  });

  test('TIFF, AVIF and other formats that could be decoded', async () => {
    for (const format of ['tiff', 'avif'] as const) {
      const { refusal } = await ada.show(await flat(60, 60).toFormat(format).toBuffer());
      expect(refusal, format).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    await stays();
  });

  test('a picture that was cut off', async () => {
    const whole = await sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        noise: { type: 'gaussian', mean: 99, sigma: 50 },
        background: '#000',
      },
    })
      .jpeg()
      .toBuffer();
    const { refusal } = await ada.show(whole.subarray(0, whole.length / 2));
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT' });
    await stays();
  });

  test('a flat picture of 14,000 by 14,000, at once', async () => {
    const bomb = await flat(14_000, 14_000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(mostImageBytes);
    const { refusal } = await ada.show(bomb);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT' });
    await stays();
  });

  test('an animation of 5,000 frames, and one of 101', async () => {
    for (const frames of [101, 5_000]) {
      const { refusal } = await ada.show(flicker(frames));
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    await stays();
  });

  test.each([
    { x: 0, y: 0, width: 65, height: 64 },
    { x: -1, y: 0, width: 10, height: 10 },
    { x: 0, y: 0, width: 0, height: 10 },
    { x: 2_000_000_000, y: 0, width: 10, height: 10 },
  ])('a crop outside of it: %o', async (crop) => {
    const { refusal } = await ada.show(await flat(64, 64).png().toBuffer(), crop);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'crop' });
    await stays();
  });

  test('and can be cropped again without sending it again', async () => {
    const wrong = await ada.show(await flat(64, 64).png().toBuffer(), {
      x: 60,
      y: 0,
      width: 9,
      height: 9,
    });
    const { data } = await server.graphql(setImage, { id: wrong.id, crop: null }, ada.as);
    expect(data!['setImage']).toMatchObject({ avatar: { width: 512 } });
  });
});

test('addresses of pictures tell nothing of their content', async () => {
  const content = await flat(64, 64).png().toBuffer();
  const { shown } = await ada.show(content);
  const { bytes } = await ada.seen(shown!.avatar!.url);
  const plain = createHash('sha256').update(bytes).digest('base64url');
  expect(shown!.avatar!.url).not.toContain(plain);
});
