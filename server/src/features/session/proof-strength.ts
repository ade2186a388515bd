import type { SignInMethod } from './session.entity.js';

/**
 * What a proof is worth: 1 a password; 2 a second factor or a passkey. 0 is a recovery code, which
 * opens the way to a new second factor and nothing else.
 */
export type ProofStrength = 0 | 1 | 2;

export const strengthOfMethod: Readonly<Record<SignInMethod, ProofStrength>> = {
  SETUP: 1,
  PASSWORD: 1,
  PASSWORD_RECOVERY_CODE: 0,
  PASSWORD_TOTP: 2,
  PASSKEY: 2,
};
