/** WebAuthn level 3, 5.1.10; TypeScript's DOM has the calls, browsers not all of them. */
type Signals = Partial<
  Pick<
    typeof PublicKeyCredential,
    'signalAllAcceptedCredentials' | 'signalCurrentUserDetails' | 'signalUnknownCredential'
  >
>;

function signals(): Signals {
  return typeof PublicKeyCredential === 'undefined' ? {} : PublicKeyCredential;
}

export interface Holder {
  host: string;
  userHandle: string;
  username: string;
  name: string;
  credentialIds: string[];
}

/** Password managers hide what was removed, and show the account under its present name. They may refuse; nobody waits. */
export function tellManagers({ host, userHandle, username, name, credentialIds }: Holder): void {
  const user = { rpId: host, userId: userHandle };
  signals()
    .signalAllAcceptedCredentials?.({ ...user, allAcceptedCredentialIds: credentialIds })
    .catch(() => undefined);
  signals()
    .signalCurrentUserDetails?.({ ...user, name: username, displayName: name })
    .catch(() => undefined);
}

/** A passkey that this site does not know (any more) is not offered again. */
export function tellUnknown(options: unknown, credentialId: string): void {
  const { rpId } = options as { rpId?: string };
  signals()
    .signalUnknownCredential?.({ rpId: rpId ?? location.hostname, credentialId })
    .catch(() => undefined);
}
