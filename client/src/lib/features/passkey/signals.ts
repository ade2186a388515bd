import type { Caller } from '../../connection/caller.ts';
import { PasskeysDocument } from '../../graphql/generated/documents.ts';
import type { PasskeysQuery } from '../../graphql/generated/documents.ts';

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

/** Password managers hide what was removed, and show the account under its present name. They may refuse; nobody waits. */
export function tellManagers({ site, me }: PasskeysQuery): void {
  const userId = me?.security.passkeyUserHandle;
  if (!me || !userId) return;
  const user = { rpId: site.passkeyHost, userId };
  const allAcceptedCredentialIds = me.security.passkeys.map(({ credentialId }) => credentialId);
  signals()
    .signalAllAcceptedCredentials?.({ ...user, allAcceptedCredentialIds })
    .catch(() => undefined);
  signals()
    .signalCurrentUserDetails?.({ ...user, name: me.username, displayName: me.name })
    .catch(() => undefined);
}

/** Once somebody is called something else. Asks the server only where a manager hears of it. */
export async function tellNewName(gatehouse: Caller): Promise<void> {
  if (!signals().signalCurrentUserDetails) return;
  const present = await gatehouse.query(PasskeysDocument, {}).catch(() => undefined);
  if (present) tellManagers(present);
}

/** A passkey that this site does not know (any more) is not offered again. */
export function tellUnknown(options: unknown, credentialId: string): void {
  const { rpId } = options as { rpId?: string };
  signals()
    .signalUnknownCredential?.({ rpId: rpId ?? location.hostname, credentialId })
    .catch(() => undefined);
}
