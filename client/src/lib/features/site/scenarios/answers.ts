/** What a story's server says: data of an operation, a code it refuses with, or nothing for ever. */
export type Answers = Record<string, { data: object } | { refused: string } | 'waiting'>;

/** Answers by the name of the operation; what is not listed is refused as if the network was gone. */
export function answering(answers: Answers): typeof fetch {
  return async (_url, init) => {
    const { query } = JSON.parse(String(init?.body)) as { query: string };
    const name = /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '';
    const answer = answers[name];
    if (answer === 'waiting') return new Promise<Response>(() => undefined);
    if (answer === undefined) throw new TypeError('Failed to fetch');
    const body =
      'data' in answer
        ? { data: answer.data }
        : { data: null, errors: [{ message: name, extensions: { code: answer.refused } }] };
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
  };
}

const at = (daysAgo: number) =>
  new Date(Date.UTC(2026, 4, 20) - daysAgo * 86_400_000).toISOString();

export const policy = {
  __typename: 'PasswordPolicy' as const,
  minLength: 12,
  maxLength: 256,
  requireUppercase: false,
  requireLowercase: false,
  requireDigit: false,
  requireSymbol: false,
  refuseCommon: true,
};

const site = { __typename: 'Site', passkeyHost: 'localhost', passwordPolicy: policy };
const me = { __typename: 'Account', id: '1', username: 'ada', name: 'Ada Lovelace' };
const security = (of: object) => ({ __typename: 'Security', ...of });

export const session = (of: object) => ({
  __typename: 'Session',
  id: 'here',
  browser: 'Firefox 149',
  os: 'Debian',
  device: null,
  ipAddress: '203.0.113.7',
  country: 'IT',
  createdAt: at(3),
  lastActiveAt: at(0),
  expiresAt: at(-7),
  current: false,
  method: 'PASSWORD',
  ...of,
});

export const passkey = (of: object) => ({
  __typename: 'Passkey',
  id: 'key',
  name: 'YubiKey 5',
  authenticator: 'YubiKey 5',
  createdAt: at(40),
  lastUsedAt: at(1),
  backedUp: false,
  credentialId: 'abc',
  ...of,
});

interface Situation {
  sessions?: object[];
  passkeys?: object[];
  totpEnabled?: boolean;
  recoveryCodesLeft?: number;
  hasPassword?: boolean;
  secondaryEmail?: { email: string; verified: boolean; pendingEmail: string | null } | null;
}

/** Everything the security page asks for, of one account. */
export function securityOf(situation: Situation = {}): Answers {
  const {
    sessions = [session({ current: true })],
    passkeys = [],
    totpEnabled = false,
    recoveryCodesLeft = 0,
    hasPassword = true,
    secondaryEmail = null,
  } = situation;
  const second = secondaryEmail && { __typename: 'SecondaryEmail', ...secondaryEmail };
  const asked = (of: object) => ({ data: { site, me: { ...me, security: security(of) } } });
  return {
    PasswordState: asked({ hasPassword, passwordChangeRequired: false, passwordChangedAt: at(90) }),
    SecondFactor: asked({ totpEnabled, recoveryCodesLeft }),
    Passkeys: asked({ hasPassword, passkeyUserHandle: 'handle', passkeys }),
    Sessions: asked({ sessions }),
    SecondaryEmail: {
      data: {
        me: { ...me, email: 'ada@example.org', security: security({ secondaryEmail: second }) },
      },
    },
    Proofs: asked({ hasPassword, totpEnabled, passkeys }),
    PasswordSuggestion: { data: { passwordSuggestion: 'mossy-anvil-brink-quilt-73' } },
  };
}
