import { randomFillSync } from 'node:crypto';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const counterBits = 0x0fff;
let time = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, a counter (§6.2, method 1), random bits.
 * Rows made together lie together, and what this process made later comes later. Never a
 * capability (§8): whoever has an id has no right by it.
 */
export function newId(): string {
  const bytes = randomFillSync(Buffer.alloc(16));
  const now = Date.now();
  if (now > time) {
    time = now;
    // Half of its range is left for those of the same millisecond.
    counter = bytes.readUInt16BE(6) & (counterBits >> 1);
  } else if (++counter > counterBits) {
    time += 1;
    counter = 0;
  }
  bytes.writeUIntBE(time, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether the text is a UUID in lower-case canonical form, the only form ids have here. */
export function isId(text: string): boolean {
  return pattern.test(text);
}
