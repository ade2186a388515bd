/** What to suggest after a sign-in, for this tab; and that it was not wanted, for this browser. */
const key = 'gatehouse-nudge';
const refused = 'gatehouse-no-passkey-nudge';

export type Nudge = 'passkey' | 'codes';

/** Before the page is left for the one after sign-in. */
export function rememberNudge(by: 'password' | 'passkey' | 'recovery-code' | undefined): void {
  if (by === 'recovery-code') write(() => sessionStorage.setItem(key, 'codes'));
  else if (by === 'password') write(() => sessionStorage.setItem(key, 'passkey'));
  else write(() => sessionStorage.removeItem(key));
}

export function readNudge(): Nudge | undefined {
  try {
    const nudge = sessionStorage.getItem(key);
    if (nudge === 'codes') return nudge;
    return nudge === 'passkey' && localStorage.getItem(refused) === null ? nudge : undefined;
  } catch {
    return undefined;
  }
}

export function dismissNudge(nudge: Nudge): void {
  write(() => sessionStorage.removeItem(key));
  if (nudge === 'passkey') write(() => localStorage.setItem(refused, 'yes'));
}

/** Browsers may refuse to keep anything; then nothing is suggested. */
function write(store: () => void): void {
  try {
    store();
  } catch {
    // Nobody misses a suggestion.
  }
}
