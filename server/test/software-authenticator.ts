import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What a page is given by startPasskey…: the JSON form of WebAuthn level 3, as far as it is read here. */
export interface CeremonyOptions {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
  readonly excludeCredentials?: readonly { readonly id: string }[];
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** What is to be other than it should; what is left out is as a browser and an honest device do it. */
export interface Twist {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  readonly signCount?: number;
  /** Null leaves it out. */
  readonly userHandle?: string | null;
  /** Another name for the credential than the signed one. */
  readonly id?: string;
  /** A name that a new credential takes from another. */
  readonly taken?: string;
  /** Makes the signature over something else. */
  readonly badSignature?: boolean;
}

export interface Model {
  readonly origin: string;
  readonly aaguid?: string;
  readonly transports?: readonly string[];
  /** Whether it counts signatures; most that synchronise do not. */
  readonly counts?: boolean;
  readonly backedUp?: boolean;
}

interface Credential {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
  signCount: number;
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();
const base64url = (data: Uint8Array) => Buffer.from(data).toString('base64url');

/** Bits of the flags (WebAuthn level 3 §6.1). */
const flag = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40 };

/**
 * A browser with an authenticator in it: real ES256 keys, real CBOR, no attestation. It answers
 * whatever it is asked, also what no honest one would, so that a server can be shown wrong answers.
 */
export class SoftwareAuthenticator {
  readonly credentials: Credential[] = [];

  constructor(private readonly model: Model) {}

  /** navigator.credentials.create, as PublicKeyCredential.toJSON gives it. */
  create(options: CeremonyOptions, twist: Twist = {}) {
    if (options.excludeCredentials?.some(({ id }) => this.#find(id))) {
      throw new Error('InvalidStateError: this authenticator has a passkey of the account');
    }
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credential: Credential = {
      id: twist.taken ?? base64url(randomBytes(32)),
      rpId: options.rp!.id,
      userHandle: options.user!.id,
      key: privateKey,
      signCount: 0,
    };
    this.credentials.push(credential);
    const id = Buffer.from(credential.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const aaguid = (this.model.aaguid ?? '00000000-0000-0000-0000-000000000000').replaceAll(
      '-',
      '',
    );
    const authData = Buffer.concat([
      this.#head(credential, twist, flag.at),
      Buffer.from(aaguid, 'hex'),
      length,
      id,
      coseKey(publicKey),
    ]);
    const attestation = isoCBOR.encode(
      new Map<string, string | Map<string, string> | Uint8Array>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, string>()],
        ['authData', new Uint8Array(authData)],
      ]),
    );
    return this.#answer(twist.id ?? credential.id, {
      clientDataJSON: base64url(this.#clientData('webauthn.create', options, twist)),
      attestationObject: base64url(attestation),
      transports: [...(this.model.transports ?? ['internal'])],
    });
  }

  /** navigator.credentials.get: the first allowed credential, or the newest of the site. */
  get(options: CeremonyOptions, twist: Twist = {}) {
    const credential = options.allowCredentials?.length
      ? options.allowCredentials.map(({ id }) => this.#find(id)).find((found) => found)
      : this.credentials.findLast(({ rpId }) => rpId === options.rpId);
    if (!credential) throw new Error('NotAllowedError: no passkey for this');
    if (this.model.counts) credential.signCount += 1;
    const clientData = this.#clientData('webauthn.get', options, twist);
    const authData = this.#head(credential, twist, 0);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    if (twist.badSignature) signed[0]! ^= 1;
    const handle = twist.userHandle === undefined ? credential.userHandle : twist.userHandle;
    return this.#answer(twist.id ?? credential.id, {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(sign('sha256', signed, credential.key)),
      userHandle: handle,
    });
  }

  #find(id: string): Credential | undefined {
    return this.credentials.find((credential) => credential.id === id);
  }

  #answer<Response extends object>(id: string, response: Response) {
    const type = 'public-key';
    return { id, rawId: id, type, response, clientExtensionResults: {} };
  }

  #clientData(type: string, options: CeremonyOptions, twist: Twist): Buffer {
    const { topOrigin } = twist;
    const clientData = {
      type: twist.type ?? type,
      challenge: twist.challenge ?? options.challenge,
      origin: twist.origin ?? this.model.origin,
      crossOrigin: twist.crossOrigin ?? false,
      ...(topOrigin !== undefined && { topOrigin }),
    };
    return Buffer.from(JSON.stringify(clientData));
  }

  #head(credential: Credential, twist: Twist, extra: number): Buffer {
    const backedUp = twist.backedUp ?? this.model.backedUp ?? false;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(twist.signCount ?? credential.signCount);
    const flags =
      extra |
      (twist.userPresent === false ? 0 : flag.up) |
      (twist.userVerified === false ? 0 : flag.uv) |
      ((twist.backupEligible ?? backedUp) ? flag.be : 0) |
      (backedUp ? flag.bs : 0);
    return Buffer.concat([sha256(twist.rpId ?? credential.rpId), Buffer.of(flags), count]);
  }
}

/** COSE_Key of an EC2 key for ES256 (RFC 9053 §7.1.1). */
function coseKey(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: 'jwk' });
  const coordinate = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
  return isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x!)],
      [-3, coordinate(y!)],
    ]),
  );
}
