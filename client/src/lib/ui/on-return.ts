/** Calls when somebody comes back to the tab: what happened elsewhere meanwhile is to be asked for. @returns how to stop */
export function onReturn(listener: () => unknown): () => void {
  const look = () => {
    if (document.visibilityState === 'visible') listener();
  };
  document.addEventListener('visibilitychange', look);
  window.addEventListener('focus', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('focus', look);
  };
}
