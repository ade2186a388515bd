import {
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { cancelled, Failure } from '../../connection/failure.ts';

/** Why the browser gave no answer, beside what it keeps to itself. */
const reasons: Readonly<Record<string, string>> = {
  ERROR_CEREMONY_ABORTED: cancelled,
  ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: 'PASSKEY_EXISTS',
  ERROR_INVALID_DOMAIN: 'PASSKEY_ELSEWHERE',
  ERROR_INVALID_RP_ID: 'PASSKEY_ELSEWHERE',
  ERROR_AUTHENTICATOR_MISSING_DISCOVERABLE_CREDENTIAL_SUPPORT: 'PASSKEY_UNSUPPORTED',
  ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT: 'PASSKEY_UNSUPPORTED',
  ERROR_AUTHENTICATOR_NO_SUPPORTED_PUBKEYCREDPARAMS_ALG: 'PASSKEY_UNSUPPORTED',
};

/**
 * Asks the person for a passkey they have.
 * @param autofill offers it among the names of the sign-in field instead of a dialog
 * @throws Failure, with code CANCELLED when the dialog was closed or another ceremony began
 */
export function askForPasskey(options: unknown, autofill = false): Promise<{ id: string }> {
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  return inWords(startAuthentication({ optionsJSON, useBrowserAutofill: autofill }));
}

/** Has a new passkey made. @throws Failure, as askForPasskey */
export function makePasskey(options: unknown): Promise<{ id: string }> {
  const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
  return inWords(startRegistration({ optionsJSON }));
}

/** Ends a ceremony that waits, such as the offer in the sign-in field. */
export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony();
}

async function inWords<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    // WebAuthn tells closing, waiting too long and having none apart for nobody (WebAuthn 3, 14.5.2).
    const isClosed = name === 'NotAllowedError' || name === 'AbortError';
    const reason = reasons[code ?? ''] ?? (isClosed ? cancelled : 'PASSKEY_FAILED');
    throw new Failure(reason, { message: message ?? 'The browser gave no answer' });
  }
}
