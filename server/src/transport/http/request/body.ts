import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import { BadRequest } from '../answer.js';

/** How long a whole body may take, so that a trickle of bytes holds nothing open. */
const bodyTimeout = 10_000;

/** What is still read of a refused body so that its sender hears the answer instead of a reset. */
const discardedBytes = 1024 * 1024;
const discardTimeout = 500;

/**
 * The bytes of a body. Compressed ones are refused: there is no request decompression, hence no
 * decompression bomb.
 * @param limit bytes
 * @param timeout milliseconds for the whole body
 * @throws BadRequest 413 over the limit, announced or counted; 415 encoded; 408 too slow; 400 broken off.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  timeout = bodyTimeout,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new BadRequest(415, 'Send the body without a Content-Encoding.');
  }
  const tooLarge = () => new BadRequest(413, `The body is larger than ${limit} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error: BadRequest | null) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      if (!error) return resolve(Buffer.concat(chunks, size));
      request.pause();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) settle(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = () => settle(null);
    const onBroken = () => settle(new BadRequest(400, 'The body broke off.'));
    const timer = setTimeout(() => settle(new BadRequest(408, 'The body took too long.')), timeout);
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

/**
 * The text of a JSON body, not yet parsed.
 * @throws BadRequest as readBody; 415 for another type or charset; 400 when it is not UTF-8 (RFC 8259 §8.1).
 */
export async function readJson(
  request: IncomingMessage,
  limit: number,
  timeout?: number,
): Promise<string> {
  requireJson(request.headers['content-type']);
  return decodeUtf8(await readBody(request, limit, timeout));
}

/** @throws BadRequest 415 unless it is application/json, in UTF-8 when a charset is named. */
export function requireJson(contentType: string | undefined): void {
  const type = parseType(contentType);
  if (type?.essence !== 'application/json') {
    throw new BadRequest(415, 'Send the body as Content-Type: application/json.');
  }
  const charset = type.params.get('charset');
  if (charset !== null && charset.toLowerCase() !== 'utf-8') {
    throw new BadRequest(415, 'Send the body in UTF-8.');
  }
}

/** Whether the request announces a body that has not arrived as a whole. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { 'transfer-encoding': transfer, 'content-length': length } = request.headers;
  return transfer !== undefined || Number(length ?? 0) > 0;
}

/** Throws away what a refused request still sends, up to 1 MiB and half a second. */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const done = () => {
      clearTimeout(timer);
      request.off('data', onData).off('end', done).off('close', done);
      resolve();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > discardedBytes) done();
    };
    const timer = setTimeout(done, discardTimeout);
    request.on('data', onData).on('end', done).on('close', done);
    request.resume();
  });
}

function parseType(contentType: string | undefined): MIMEType | null {
  try {
    return contentType === undefined ? null : new MIMEType(contentType);
  } catch {
    return null;
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadRequest(400, 'The body is not valid UTF-8.');
  }
}
