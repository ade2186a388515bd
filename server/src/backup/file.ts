import type { Readable } from 'node:stream';

/**
 * A backup is one gzip stream of frames: a letter, four bytes of length, as many bytes.
 * `H` what it is, `T` a table begins, `D` its rows as COPY writes them, `Z` the end. Without `Z` the
 * file was cut off and none of it counts.
 */
export type FrameKind = 'H' | 'T' | 'D' | 'Z';

export interface BackupHeader {
  readonly format: 'gatehouse-backup-1';
  readonly madeAt: string;
  /** Names of the migrations the tables had. */
  readonly migrations: readonly string[];
  /** Of the key that opens what is sealed in it; the key itself is not in the file. */
  readonly keyFingerprint: string | null;
}

export interface Frame {
  readonly kind: FrameKind;
  readonly body: Buffer;
}

const headBytes = 5;
/** COPY hands out pieces of 64 KiB; a longer frame is no backup of ours. */
const mostBytes = 256 * 1024 * 1024;

export function frame(kind: FrameKind, body: Buffer | object): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const head = Buffer.alloc(headBytes);
  head.write(kind, 'latin1');
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** @throws Error when the stream ends within a frame or holds something else */
export async function* readFrames(stream: Readable): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (let next = takeFrame(rest); next; next = takeFrame(rest)) {
      rest = next.rest;
      yield next.frame;
    }
  }
  if (rest.length > 0) throw new Error('the file ends in the middle');
}

function takeFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | null {
  if (bytes.length < headBytes) return null;
  const kind = bytes.toString('latin1', 0, 1);
  const length = bytes.readUInt32BE(1);
  if (!isKind(kind) || length > mostBytes) throw new Error('this is no backup of Gatehouse');
  const end = headBytes + length;
  if (bytes.length < end) return null;
  return { frame: { kind, body: bytes.subarray(headBytes, end) }, rest: bytes.subarray(end) };
}

const isKind = (letter: string): letter is FrameKind => 'HTDZ'.includes(letter);
