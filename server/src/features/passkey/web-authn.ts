import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { hashSecret, safeEqual } from '../../kernel/crypto/token.js';
import type { Log } from '../../kernel/log/log.js';
import type { Settings } from '../../kernel/settings.js';
import { ceremonySeconds } from './ceremonies.js';
import type { Challenge } from './ceremonies.js';
import type { Passkey } from './passkey.entity.js';

type Known = ReturnType<Passkey['known']>;

export interface MadeCredential {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly signCount: number;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly transports: string[];
  readonly aaguid: string;
}

export interface Assertion {
  readonly signCount: number;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/**
 * EdDSA, ES256, RS256 (Windows Hello). Listed, so that every server of a site can check what one of
 * them accepted, whatever its OpenSSL knows beyond.
 */
const algorithms = [-8, -7, -257];

/** Large, and many a server of a site answers no passkey for days: read at the first ceremony. */
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');

/**
 * The one file that knows @simplewebauthn, which checks the cryptography, and not the flow: that a
 * challenge is answered once, whose a credential is, and frames of other origins are ours to check.
 */
export class WebAuthn {
  readonly rpId: string;
  readonly #origins: string[];

  constructor(
    private readonly settings: Settings,
    private readonly log: Log,
  ) {
    this.rpId = new URL(settings.publicUrl).hostname;
    this.#origins = originsOf(settings);
  }

  async creationOptions(
    challenge: Challenge,
    user: { handle: string; name: string; displayName: string },
    excluded: Known[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await library();
    return generateRegistrationOptions({
      rpName: this.settings.siteName,
      rpID: this.rpId,
      userID: new Uint8Array(Buffer.from(user.handle, 'base64url')),
      userName: user.name,
      userDisplayName: user.displayName,
      challenge,
      timeout: ceremonySeconds * 1000,
      attestationType: 'none',
      excludeCredentials: excluded,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: algorithms,
    });
  }

  /** @param allowed null: any passkey of this site that the person has at hand */
  async requestOptions(
    challenge: Challenge,
    allowed: Known[] | null,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await library();
    return generateAuthenticationOptions({
      rpID: this.rpId,
      challenge,
      timeout: ceremonySeconds * 1000,
      userVerification: 'required',
      ...(allowed && { allowCredentials: allowed }),
    });
  }

  /** @returns null when anything is not as it was asked for */
  checkMade(
    response: RegistrationResponseJSON,
    challengeHash: string,
  ): Promise<MadeCredential | null> {
    return this.#check(response.response.clientDataJSON, async () => {
      const { verifyRegistrationResponse } = await library();
      const { verified, registrationInfo: made } = await verifyRegistrationResponse({
        response,
        expectedChallenge: hashesTo(challengeHash),
        expectedOrigin: this.#origins,
        expectedRPID: this.rpId,
        supportedAlgorithmIDs: algorithms,
      });
      // What is kept is what was signed over, which must be what the answer calls itself.
      if (!verified || made.credential.id !== response.id) return null;
      return {
        credentialId: made.credential.id,
        publicKey: made.credential.publicKey,
        signCount: made.credential.counter,
        backupEligible: made.credentialDeviceType === 'multiDevice',
        backedUp: made.credentialBackedUp,
        transports: [...new Set(response.response.transports)],
        aaguid: made.aaguid,
      };
    });
  }

  /** @returns null when anything is not as it was asked for; the sign count is the caller's to compare */
  checkAssertion(
    response: AuthenticationResponseJSON,
    challengeHash: string,
    publicKey: Uint8Array,
  ): Promise<Assertion | null> {
    return this.#check(response.response.clientDataJSON, async () => {
      const { verifyAuthenticationResponse } = await library();
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: hashesTo(challengeHash),
        expectedOrigin: this.#origins,
        expectedRPID: this.rpId,
        credential: { id: response.id, publicKey: new Uint8Array(publicKey), counter: 0 },
      });
      if (!verified) return null;
      return {
        signCount: authenticationInfo.newCounter,
        backupEligible: authenticationInfo.credentialDeviceType === 'multiDevice',
        backedUp: authenticationInfo.credentialBackedUp,
      };
    });
  }

  /** The library throws for whatever is wrong; the operator may want to know what, nobody else. */
  async #check<T>(clientDataJSON: string, work: () => Promise<T | null>): Promise<T | null> {
    try {
      const { decodeClientDataJSON } = await helpers();
      const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
      // Only ever absent or false on a page of ours (WebAuthn level 3 §5.8.1).
      if ((crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined) {
        throw new Error('The answer was given in a frame of another origin');
      }
      return await work();
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
      this.log.info({ why }, 'passkey refused');
      return null;
    }
  }
}

const hashesTo = (hash: string) => (challenge: string) =>
  typeof challenge === 'string' && safeEqual(hashSecret(challenge), hash);

/** Where a passkey of this site may be used: its own origin, and allowed ones on its host or below. */
function originsOf({ publicUrl, allowedOrigins }: Settings): string[] {
  const { hostname, origin } = new URL(publicUrl);
  const isWithin = (text: string) => {
    const host = new URL(text).hostname;
    return host === hostname || host.endsWith(`.${hostname}`);
  };
  return [...new Set([origin, ...allowedOrigins.filter(isWithin)])];
}
