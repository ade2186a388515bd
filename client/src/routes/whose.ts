/**
 * The tabs of a browser share its cookie: when somebody else signs in in one of them, what another still shows is not
 * what its next press would change.
 */
const key = 'gatehouse-whose';

/** @param act when another tab shows somebody else's pages. @returns how to stop */
export function followOtherTabs(accountId: string, act: () => void): () => void {
  const onStorage = ({ key: changed, newValue }: StorageEvent) => {
    if (changed === key && newValue !== null && newValue !== accountId) act();
  };
  window.addEventListener('storage', onStorage);
  try {
    localStorage.setItem(key, accountId);
  } catch {
    // Browsers may refuse to keep anything; then tabs know nothing of each other.
  }
  return () => window.removeEventListener('storage', onStorage);
}
