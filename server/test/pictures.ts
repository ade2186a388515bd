import sharp from 'sharp';
import { expect } from 'vitest';
import type { Viewer } from '../src/kernel/access/viewer.js';
import type { As, TestServer } from './server.js';

const create =
  'mutation ($kind: ImageKind!) { createImageUpload(kind: $kind) { id url maxBytes } }';
export const setImage = `mutation ($id: ID!, $crop: CropInput) {
  setImage(uploadId: $id, crop: $crop) { avatar { url width height } banner { url width height } }
}`;
type Shown = { url: string; width: number; height: number } | null;

/** Somebody who sends pictures, as a page or a program would. */
export class PictureSender {
  readonly as: As;

  constructor(
    private readonly server: TestServer,
    viewer: Viewer,
  ) {
    this.as = { cookie: server.app.secretOf(viewer) };
  }

  async upload(kind = 'AVATAR'): Promise<string> {
    const { data } = await this.server.graphql(create, { kind }, this.as);
    const made = data!['createImageUpload'] as { id: string; url: string; maxBytes: number };
    expect(made.url.endsWith(`/uploads/${made.id}`)).toBe(true);
    expect(made.maxBytes).toBe(2_097_152);
    return made.id;
  }

  put(id: string, body: Uint8Array<ArrayBuffer>, who: As = this.as): Promise<Response> {
    return fetch(`${this.server.url}/uploads/${id}`, {
      method: 'PUT',
      body,
      headers: {
        ...(who.cookie && { cookie: `gatehouse=${who.cookie}` }),
        ...(who.origin !== null && { origin: who.origin ?? this.server.app.config.publicUrl }),
      },
    });
  }

  async show(content: Buffer, crop: object | null = null, kind = 'AVATAR') {
    const id = await this.upload(kind);
    expect((await this.put(id, Uint8Array.from(content))).status).toBe(204);
    const { data, errors } = await this.server.graphql(setImage, { id, crop }, this.as);
    const shown = data?.['setImage'] as { avatar: Shown; banner: Shown } | undefined;
    return { id, shown, refusal: errors?.[0]?.extensions };
  }

  media(url: string): Promise<Response> {
    return fetch(`${this.server.url}${new URL(url).pathname}`);
  }

  async seen(url: string) {
    const bytes = Buffer.from(await (await this.media(url)).arrayBuffer());
    return { bytes, meta: await sharp(bytes, { animated: true }).metadata() };
  }
}

export const flat = (width: number, height: number, background = '#c00') =>
  sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });

export async function animated(frames: number, width: number, height: number): Promise<Buffer> {
  const each = Array.from({ length: frames }, (_, n) =>
    flat(width, height, `rgb(${(n * 37) % 256}, 9, ${255 - n})`)
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(each), { join: { animated: true } })
    .gif({ effort: 1 })
    .toBuffer();
}

/** As many frames of one pixel; a library would take minutes to make them. */
export function flicker(frames: number): Buffer {
  const head = Buffer.from('47494638396101000100' + '800000' + '000000ffffff', 'hex');
  // Each frame: control (GIF89a §23), descriptor (§20), the one pixel.
  const pixel = Buffer.from('21f9040005000000' + '2c000000000100010000' + '0202440100', 'hex');
  return Buffer.concat([head, ...Array.from({ length: frames }, () => pixel), Buffer.from([0x3b])]);
}
