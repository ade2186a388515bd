/** Shorter ones would also be cut out of words. */
const leastSecret = 6;

/**
 * What may be kept of what was sent or answered: without the secrets, and at most so many bytes.
 * @param secrets texts of at least 6 characters; whatever is shorter stays
 */
export function excerpt(text: string, secrets: readonly string[], mostBytes: number): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length < leastSecret) continue;
    for (const form of new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ])) {
      masked = masked.replaceAll(form, '…');
    }
  }
  const bytes = Buffer.from(masked.replaceAll('\0', '\ufffd'));
  if (bytes.length <= mostBytes) return bytes.toString();
  // What is left of a character that was cut in two is no character.
  const kept = bytes.subarray(0, mostBytes - Buffer.byteLength('…')).toString();
  return `${kept.replace(/\ufffd+$/, '')}…`;
}
