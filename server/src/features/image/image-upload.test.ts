import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flat, PictureSender, setImage } from '../../../test/pictures.js';
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

const picture = async () => Uint8Array.from(await flat(64, 64).png().toBuffer());

const cookieOf = ({ as }: PictureSender) => ({ cookie: `gatehouse=${as.cookie}` });

/** Sends until it is answered or cut off. @returns the status, 413 also when only the connection ended */
function endless(id: string, who: Record<string, string> = cookieOf(ada)): Promise<number> {
  const headers = {
    'transfer-encoding': 'chunked',
    origin: server.app.config.publicUrl,
    ...who,
  };
  return new Promise((resolve) => {
    const call = request(`${server.url}/uploads/${id}`, { method: 'PUT', headers });
    const more = setInterval(() => call.write(Buffer.alloc(262_144)), 5);
    const end = (status: number) => {
      clearInterval(more);
      call.destroy();
      resolve(status);
    };
    call.on('response', ({ statusCode }) => end(statusCode ?? 0));
    call.on('error', () => end(413));
  });
}

describe('the bytes', () => {
  test('are taken once, from the session that asked, and nobody else', async () => {
    const id = await ada.upload();
    const png = await picture();
    const eve = await server.app.signedIn();
    expect((await ada.put(id, png, { cookie: server.app.secretOf(eve) })).status).toBe(404);
    expect((await ada.put(id, png, {})).status).toBe(401);
    expect((await ada.put(id, png, { ...ada.as, origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await ada.put('nothing', png)).status).toBe(404);
    expect((await ada.put(id, png)).status).toBe(204);
    expect((await ada.put(id, png)).status).toBe(409);
  });

  test('are taken once of twenty that come together, and set once', async () => {
    const id = await ada.upload();
    const png = await picture();
    const sent = await Promise.all(Array.from({ length: 20 }, () => ada.put(id, png)));
    expect(sent.map(({ status }) => status).sort()).toEqual([
      204,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => server.graphql(setImage, { id, crop: null }, ada.as)),
    );
    expect(tries.filter(({ errors }) => !errors)).toHaveLength(1);
    const codes = tries.flatMap(({ errors }) => errors ?? []).map((one) => one.extensions.code);
    // Four of one person's wait in line.
    expect(new Set(codes)).toEqual(new Set(['INVALID_TOKEN', 'RATE_LIMITED']));
  });

  test('are no more than 2 MiB, whatever the headers say', async () => {
    const most = new Uint8Array(mostImageBytes);
    const more = new Uint8Array(mostImageBytes + 1);
    expect((await ada.put(await ada.upload(), most)).status).toBe(204);
    expect((await ada.put(await ada.upload(), more)).status).toBe(413);
    expect(await endless(await ada.upload())).toBe(413);
  });

  test('of a stranger are not waited for', async () => {
    const id = await ada.upload();
    expect(await endless(id, {})).toBe(401);
    expect(await endless(id, { cookie: 'gatehouse=unknown' })).toBe(401);
  });

  test('that are no picture cannot be tried again and again to keep others waiting', async () => {
    const id = await ada.upload();
    await ada.put(id, new Uint8Array(1000));
    const codes = [];
    for (let n = 0; n < 11; n++) {
      const { errors } = await server.graphql(setImage, { id, crop: null }, ada.as);
      codes.push(errors![0]!.extensions.code);
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'BAD_USER_INPUT'), 'RATE_LIMITED']);
  });

  test('that are fewer than announced leave nothing behind', async () => {
    const id = await ada.upload();
    const url = new URL(`${server.url}/uploads/${id}`);
    const headers = {
      'content-length': '5000',
      cookie: `gatehouse=${ada.as.cookie}`,
      origin: server.app.config.publicUrl,
    };
    const half = request(url, { method: 'PUT', headers });
    half.on('error', () => {});
    half.write(Buffer.alloc(100));
    await new Promise((resolve) => setTimeout(resolve, 100));
    half.destroy();
    expect((await ada.put(id, await picture())).status).toBe(204);
  });

  test('are forgotten after a while, with the address', async () => {
    const id = await ada.upload();
    server.app.clock.advance(15 * 60_000);
    expect((await ada.put(id, await picture())).status).toBe(404);
  });

  test('that nobody showed are swept away with what was sent, and what waits is not', async () => {
    const { app } = server;
    const left = async () =>
      (
        await app.unit(() =>
          app.kernel.database.query<{ id: string }>('select id from image_upload'),
        )
      ).map((row) => row.id);
    const [sent, never] = [await ada.upload(), await ada.upload()];
    await ada.put(sent, await picture());
    app.clock.advance(10 * 60_000);
    const later = await ada.upload();
    app.clock.advance(5 * 60_000);
    const sweep = app.house.jobs.find(({ name }) => name === 'image.sweep')!;
    expect(sweep.cron).toBeDefined();
    await app.unit(() => sweep.run({}));
    expect(await left()).toContain(later);
    expect((await left()).filter((id) => [sent, never].includes(id))).toEqual([]);
  });

  test('are not asked for more than ten times a minute', async () => {
    for (let n = 0; n < 10; n++) await ada.upload();
    const create = 'mutation { createImageUpload(kind: AVATAR) { id } }';
    const { errors } = await server.graphql(create, {}, ada.as);
    expect(errors![0]!.extensions.code).toBe('RATE_LIMITED');
  });
});
