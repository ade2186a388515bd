import { request } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestServer } from '../../../test/server.js';
import type { As, TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/viewer.js';
import { mostImageBytes } from './images.js';

let server: TestServer;
let ada: Viewer;
let as: As;

const create =
  'mutation ($kind: ImageKind!) { createImageUpload(kind: $kind) { id url maxBytes } }';
const set = `mutation ($id: ID!, $crop: CropInput) {
  setImage(uploadId: $id, crop: $crop) { avatar { url width height } banner { url width height } }
}`;
type Shown = { url: string; width: number; height: number } | null;

beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ada = await server.app.signedIn();
  as = { cookie: server.app.secretOf(ada) };
});

async function upload(kind = 'AVATAR', who = as): Promise<string> {
  const { data } = await server.graphql(create, { kind }, who);
  const made = data!['createImageUpload'] as { id: string; url: string; maxBytes: number };
  expect(made.url.endsWith(`/uploads/${made.id}`)).toBe(true);
  expect(made.maxBytes).toBe(2_097_152);
  return made.id;
}

function put(id: string, body: Uint8Array | ReadableStream, who: As = as, headers = {}) {
  return fetch(`${server.url}/uploads/${id}`, {
    method: 'PUT',
    body,
    headers: {
      ...(who.cookie && { cookie: `gatehouse=${who.cookie}` }),
      ...(who.token && { authorization: `Bearer ${who.token}` }),
      ...(who.origin !== null && { origin: who.origin ?? server.app.config.publicUrl }),
      ...headers,
    },
    duplex: 'half',
  } as RequestInit);
}

async function show(content: Uint8Array, crop: object | null = null, kind = 'AVATAR') {
  const id = await upload(kind);
  expect((await put(id, content)).status).toBe(204);
  const { data, errors } = await server.graphql(set, { id, crop }, as);
  const shown = data?.['setImage'] as { avatar: Shown; banner: Shown } | undefined;
  return { id, shown, refusal: errors?.[0]?.extensions };
}

const media = (url: string) => fetch(`${server.url}${new URL(url).pathname}`);

const flat = (width: number, height: number, background = '#c00') =>
  sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });

async function animated(frames: number, width = 40, height = 40): Promise<Buffer> {
  const each = Array.from({ length: frames }, (_, n) =>
    flat(width, height, `rgb(${n % 256}, ${n >> 8}, 90)`)
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(each), { join: { animated: true } })
    .gif({ effort: 1 })
    .toBuffer();
}

/** As many frames of one pixel; a library would take minutes to make them. */
function flicker(frames: number): Buffer {
  const head = Buffer.from('474946383961010001008000000000ffffff', 'hex');
  // Colour table of two; each frame: control, descriptor, the one pixel.
  const pixel = Buffer.from('21f9040005000000' + '2c0000000001000100' + '00' + '0202440100', 'hex');
  return Buffer.concat([head, ...Array.from({ length: frames }, () => pixel), Buffer.from([0x3b])]);
}

const seen = async (url: string) => {
  const bytes = Buffer.from(await (await media(url)).arrayBuffer());
  return { bytes, meta: await sharp(bytes, { animated: true }).metadata() };
};

describe('a picture', () => {
  test.each(['png', 'jpeg', 'webp', 'gif'] as const)(
    'in %s becomes 512 by 512 WebP',
    async (format) => {
      const { shown } = await show(await flat(800, 600).toFormat(format).toBuffer());
      expect(shown?.avatar).toMatchObject({ width: 512, height: 512 });
      const answer = await media(shown!.avatar!.url);
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      });
      const { meta } = await seen(shown!.avatar!.url);
      expect(meta).toMatchObject({ format: 'webp', width: 512, height: 512 });
    },
  );

  test('of the banner is 1500 by 500, beside the other one', async () => {
    await show(await flat(300, 300).png().toBuffer());
    const { shown } = await show(await flat(3000, 1000).jpeg().toBuffer(), null, 'BANNER');
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
    const { shown } = await show(withArchive);
    const { bytes, meta } = await seen(shown!.avatar!.url);
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
    const { shown } = await show(lying, { x: 110, y: 10, width: 80, height: 80 });
    const { bytes } = await seen(shown!.avatar!.url);
    const { dominant } = await sharp(bytes).stats();
    expect(dominant).toMatchObject({ r: 8, b: 248 });
  });

  test('keeps its animation, cropped frame by frame', async () => {
    const { shown } = await show(await animated(7, 60, 40), { x: 10, y: 0, width: 40, height: 40 });
    const { meta } = await seen(shown!.avatar!.url);
    expect(meta).toMatchObject({ pages: 7, pageHeight: 512, width: 512 });
  });

  test('is gone with its address when it is replaced or removed', async () => {
    const first = (await show(await flat(64, 64).png().toBuffer())).shown!.avatar!.url;
    const second = (await show(await flat(64, 64).png().toBuffer())).shown!.avatar!.url;
    expect(second).not.toBe(first);
    expect((await media(first)).status).toBe(404);
    expect((await media(second)).status).toBe(200);
    const { data } = await server.graphql(
      'mutation { removeImage(kind: AVATAR) { avatar { url } } }',
      {},
      as,
    );
    expect(data).toEqual({ removeImage: { avatar: null } });
    expect((await media(second)).status).toBe(404);
  });
});

describe('what is refused leaves the old picture', () => {
  let old: string;
  beforeEach(async () => {
    old = (await show(await flat(64, 64).png().toBuffer())).shown!.avatar!.url;
  });
  const stays = async () => expect((await media(old)).status).toBe(200);

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
    const { refusal } = await show(content);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'uploadId' });
    await stays();
  });

  test('TIFF, AVIF and other formats that could be decoded', async () => {
    for (const format of ['tiff', 'avif'] as const) {
      const { refusal } = await show(await flat(60, 60).toFormat(format).toBuffer());
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
    const { refusal } = await show(whole.subarray(0, whole.length / 2));
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT' });
    await stays();
  });

  test('a flat picture of 14,000 by 14,000, at once', async () => {
    const bomb = await flat(14_000, 14_000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(mostImageBytes);
    const { refusal } = await show(bomb);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT' });
    await stays();
  });

  test('an animation of 5,000 frames, and one of 101', async () => {
    for (const frames of [101, 5_000]) {
      const { refusal } = await show(flicker(frames));
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
    const { refusal } = await show(await flat(64, 64).png().toBuffer(), crop);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'crop' });
    await stays();
  });

  test('and can be cropped again without sending it again', async () => {
    const wrong = await show(await flat(64, 64).png().toBuffer(), {
      x: 60,
      y: 0,
      width: 9,
      height: 9,
    });
    const { data } = await server.graphql(set, { id: wrong.id, crop: null }, as);
    expect(data!['setImage']).toMatchObject({ avatar: { width: 512 } });
  });
});

describe('the bytes', () => {
  test('are taken once, from the session that asked, and nobody else', async () => {
    const id = await upload();
    const png = await flat(64, 64).png().toBuffer();
    const eve = await server.app.signedIn();
    expect((await put(id, png, { cookie: server.app.secretOf(eve) })).status).toBe(404);
    expect((await put(id, png, {})).status).toBe(401);
    expect((await put(id, png, { ...as, origin: 'https://evil.example' })).status).toBe(403);
    expect((await put('nothing', png)).status).toBe(404);
    expect((await put(id, png)).status).toBe(204);
    expect((await put(id, png)).status).toBe(409);
  });

  test('are taken once of twenty that come together, and set once', async () => {
    const id = await upload();
    const png = await flat(64, 64).png().toBuffer();
    const sent = await Promise.all(Array.from({ length: 20 }, () => put(id, png)));
    expect(sent.map(({ status }) => status).sort()).toEqual([204, ...Array(19).fill(409)]);
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => server.graphql(set, { id, crop: null }, as)),
    );
    expect(tries.filter(({ errors }) => !errors)).toHaveLength(1);
    const codes = tries.flatMap(({ errors }) => errors ?? []).map((one) => one.extensions.code);
    expect(new Set(codes)).toEqual(new Set(['INVALID_TOKEN']));
  });

  test('are no more than 2 MiB, whatever the headers say', async () => {
    const exactly = Buffer.concat([
      await flat(64, 64).png().toBuffer(),
      Buffer.alloc(mostImageBytes),
    ]);
    expect((await put(await upload(), exactly.subarray(0, mostImageBytes))).status).toBe(204);
    expect((await put(await upload(), exactly.subarray(0, mostImageBytes + 1))).status).toBe(413);
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    const answer = await put(await upload(), endless).catch((error: unknown) => error);
    if (answer instanceof Response) expect(answer.status).toBe(413);
  });

  test('that are fewer than announced leave nothing behind', async () => {
    const id = await upload();
    const url = new URL(`${server.url}/uploads/${id}`);
    const headers = {
      'content-length': '5000',
      cookie: `gatehouse=${as.cookie}`,
      origin: server.app.config.publicUrl,
    };
    const half = request(url, { method: 'PUT', headers });
    half.on('error', () => {});
    half.write(Buffer.alloc(100));
    await new Promise((resolve) => setTimeout(resolve, 100));
    half.destroy();
    expect((await put(id, await flat(64, 64).png().toBuffer())).status).toBe(204);
  });

  test('are forgotten after a while, with the address', async () => {
    const id = await upload();
    server.app.clock.advance(15 * 60_000);
    expect((await put(id, await flat(64, 64).png().toBuffer())).status).toBe(404);
  });

  test('are not asked for more than ten times a minute', async () => {
    for (let n = 0; n < 10; n++) await upload();
    const { errors } = await server.graphql(create, { kind: 'AVATAR' }, as);
    expect(errors![0]!.extensions.code).toBe('RATE_LIMITED');
  });
});

test('ten large pictures at once cost the server little memory, and all are shown', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => server.app.signedIn()));
  const large = await flat(4_096, 4_096, '#0a0').png().toBuffer();
  const ids = await Promise.all(
    people.map(async (viewer) => {
      const who = { cookie: server.app.secretOf(viewer) };
      const id = await upload('AVATAR', who);
      await put(id, large, who);
      return { id, who };
    }),
  );
  const before = process.memoryUsage().rss;
  const answers = await Promise.all(ids.map(({ id, who }) => server.graphql(set, { id }, who)));
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  // One frame alone is 64 MB, decoded.
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
}, 60_000);

test('addresses of pictures tell nothing of their content', async () => {
  const content = await flat(64, 64).png().toBuffer();
  const { shown } = await show(content);
  const { bytes } = await seen(shown!.avatar!.url);
  const plain = createHash('sha256').update(bytes).digest('base64url');
  expect(shown!.avatar!.url).not.toContain(plain);
});
