import type { Origin, Viewer } from './viewer.js';

/** Why a socket must be closed: 4401 the credential ended, 4403 disabled or address not allowed. */
export type CredentialEnd = 4401 | 4403;

/** A kind of credential that opens units of work over HTTP and sockets. */
export interface CredentialSource {
  readonly carrier: 'cookie' | 'bearer';
  /** The kind of the viewers it makes, and so those it is asked about again. */
  readonly makes: 'session' | 'token' | 'key';
  /**
   * @returns null when the secret is not one of this source's, or is no longer good.
   * @throws Refusal when it is good but may not be used (ACCOUNT_DISABLED, IP_NOT_ALLOWED, API_DISABLED).
   */
  identify(secret: string, origin: Origin): Promise<Viewer | null>;
  /** The same viewers as they are now, in one statement whatever their number; or why they ended. */
  recheck(viewers: readonly Viewer[]): Promise<readonly (Viewer | CredentialEnd)[]>;
}

/**
 * Live topic: credentials that ended or changed. `{ accountId }`; null is everybody's. Sockets are
 * checked again when they hear it.
 */
export const credentialsChanged = 'credentials';
