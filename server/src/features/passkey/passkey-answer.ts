import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import * as v from 'valibot';
import { refuse } from '../../kernel/errors.js';

/** What a browser brings to finish a ceremony. `browser`: the secret it keeps beside its session. */
export interface PasskeyAnswer {
  readonly ceremonyId: string;
  /** The JSON form of what navigator.credentials gave (WebAuthn level 3 §5.1.8). */
  readonly response: unknown;
  readonly browser: string;
}

/** Unpadded base64url, in which equal bytes are equal texts. */
const bytes = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(/^[\w-]+$/));
/** 1,023 bytes at most (WebAuthn level 3 §7.1 step 25). */
const credentialId = bytes(1_364);
const part = bytes(60_000);

const answer = <Response extends v.GenericSchema>(response: Response) =>
  v.pipe(
    v.object({ id: credentialId, rawId: credentialId, type: v.literal('public-key'), response }),
    v.check(({ id, rawId }) => id === rawId),
  );

const registration = answer(
  v.object({
    clientDataJSON: part,
    attestationObject: part,
    // Also unknown ones are kept (§4 of the same): what names them may be newer than this.
    transports: v.optional(
      v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z-]{1,32}$/))), v.maxLength(10)),
      [],
    ),
  }),
);

const assertion = answer(
  v.object({
    clientDataJSON: part,
    authenticatorData: part,
    signature: part,
    userHandle: v.nullish(bytes(86)),
  }),
);

/** @throws BAD_USER_INPUT for what no browser would send */
export function parseRegistration(response: unknown): RegistrationResponseJSON {
  return { ...read(registration, response), clientExtensionResults: {} };
}

/** @throws BAD_USER_INPUT for what no browser would send */
export function parseAssertion(response: unknown): AuthenticationResponseJSON {
  const answered = read(assertion, response);
  // Browsers write null, programs leave it out.
  const { userHandle, ...signed } = answered.response;
  return {
    ...answered,
    response: userHandle == null ? signed : { ...signed, userHandle },
    clientExtensionResults: {},
  };
}

function read<Schema extends v.GenericSchema>(
  schema: Schema,
  response: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, response);
  if (result.success) return result.output;
  refuse('BAD_USER_INPUT', 'This is not what a browser answers for a passkey.', {
    field: 'response',
  });
}
