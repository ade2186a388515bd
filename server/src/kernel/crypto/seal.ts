import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

declare const sealed: unique symbol;

/** A secret as it may lie in the database: `v1.<key id>.<nonce, ciphertext, tag in base64url>`. */
export type Sealed = string & { readonly [sealed]: true };

const form = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{38,})$/;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals secrets that must be read again (TOTP, channels) with AES-256-GCM. Several keys, newest
 * first: the first seals, all open, so a key can be replaced while old secrets stay readable.
 *
 * Random nonces are good for 2³² secrets a key (NIST SP 800-38D §8.3).
 */
export class Sealer {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #newest: string;

  /** @param keys of 32 bytes each, newest first */
  constructor(keys: readonly Buffer[]) {
    if (keys.length === 0 || keys.some((key) => key.length !== 32)) {
      throw new RangeError('Sealing needs keys of 32 bytes');
    }
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
    this.#newest = idOf(keys[0]!);
  }

  /**
   * @param purpose what the secret is and whose, as `totp:<account id>`: it opens for no other, so
   * that a row copied to another account is worth nothing
   */
  seal(plain: string, purpose: string): Sealed {
    const id = this.#newest;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.get(id)!, nonce);
    cipher.setAAD(boundTo(id, purpose));
    const body = Buffer.concat([
      nonce,
      cipher.update(plain, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return `v1.${id}.${body.toString('base64url')}` as Sealed;
  }

  /** @throws Error when the key is unknown, the purpose is another or a bit was changed */
  open(secret: Sealed, purpose: string): string {
    const { id, body } = parts(secret);
    const key = this.#keys.get(id);
    if (!key) throw new Error(`A secret is sealed with the key ${id}, which SECRET_KEY lacks`);
    const end = body.length - tagBytes;
    const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(boundTo(id, purpose));
    decipher.setAuthTag(body.subarray(end));
    try {
      const text = Buffer.concat([
        decipher.update(body.subarray(nonceBytes, end)),
        decipher.final(),
      ]);
      return text.toString('utf8');
    } catch (cause) {
      throw new Error(`A secret does not open for ${purpose}: it was changed or moved`, { cause });
    }
  }

  /** Whether the key that sealed it is among these. */
  canOpen(secret: Sealed): boolean {
    return this.#keys.has(parts(secret).id);
  }

  /** Whether an older key sealed it; then seal it anew when it is at hand. */
  needsResealing(secret: Sealed): boolean {
    return parts(secret).id !== this.#newest;
  }

  /** Names the newest key without telling it; kept in the database to notice a wrong SECRET_KEY. */
  fingerprint(): string {
    return fingerprintOf(this.#keys.get(this.#newest)!);
  }

  /** Whether one of the keys, also an older one, has this fingerprint. */
  knows(fingerprint: string): boolean {
    return [...this.#keys.values()].some((key) => fingerprintOf(key) === fingerprint);
  }
}

const idOf = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 8);

const fingerprintOf = (key: Buffer) =>
  createHash('sha256').update('gatehouse secret key').update(key).digest('hex').slice(0, 32);

const boundTo = (id: string, purpose: string) => Buffer.from(`v1.${id}.${purpose}`);

function parts(secret: Sealed): { id: string; body: Buffer } {
  const [, id, body] = form.exec(secret) ?? [];
  if (id === undefined || body === undefined) throw new Error('This is not a sealed secret');
  return { id, body: Buffer.from(body, 'base64url') };
}
