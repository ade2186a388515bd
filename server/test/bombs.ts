import { Readable } from 'node:stream';
import { crc32, createDeflate } from 'node:zlib';
import { flat } from './pictures.js';

/** A PNG chunk (PNG specification §5.3). */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Puts a chunk behind the header of a PNG. */
export function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), pngChunk(type, data), png.subarray(33)]);
}

const block = Buffer.alloc(1 << 20);

/** So many zeros, deflated: a thousandth of them. */
export async function deflatedZeros(bytes: number): Promise<Buffer> {
  const deflate = createDeflate({ level: 9 });
  const blocks = Array.from({ length: Math.ceil(bytes / (1 << 20)) }, () => block);
  return Buffer.concat((await Readable.from(blocks).pipe(deflate).toArray()) as Buffer[]);
}

/** A JPEG whose last scan comes again and again; each would cost a walk over all its blocks. */
export async function manyScans(bytes: number): Promise<Buffer> {
  const jpeg = await flat(4_096, 4_096).jpeg({ progressive: true }).toBuffer();
  const [from, end] = [jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), jpeg.length - 2];
  const scan = jpeg.subarray(from, end);
  const times = Math.floor((bytes - jpeg.length) / scan.length);
  const scans = Array.from({ length: times }, () => scan);
  return Buffer.concat([jpeg.subarray(0, end), ...scans, jpeg.subarray(end)]);
}

/** A GIF of one pixel on a screen of 65,535 by 65,535. */
export const wideScreen = Buffer.from(
  '474946383961ffffffff8000000000000000ff2c0000000001000100000202440100' + '3b',
  'hex',
);
