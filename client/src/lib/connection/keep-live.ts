import type { Gatehouse } from './gatehouse.ts';

/** A tab nobody looks at gives its socket back after this time: a person has ten. Milliseconds. */
const hiddenFor = 5 * 60_000;

/**
 * Runs the live inbox while a page is open: it starts when the page is idle, rests in a tab long hidden,
 * and tries at once when the network or the tab comes back.
 * @param position where the page's data stood. @returns how to stop
 */
export function keepLive({ live }: Gatehouse, position: string | undefined): () => void {
  let rest: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    clearTimeout(rest);
    if (document.visibilityState === 'hidden') rest = setTimeout(() => live.pause(), hiddenFor);
    else live.resume();
  };
  const onOnline = () => live.resume();
  const start = () => live.start(position);
  const cancelIdle =
    'requestIdleCallback' in globalThis ? cancelIdleCallback.bind(globalThis) : clearTimeout;
  const idle =
    'requestIdleCallback' in globalThis
      ? requestIdleCallback(start, { timeout: 500 })
      : setTimeout(start);

  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', onOnline);
  return () => {
    clearTimeout(rest);
    cancelIdle(idle as number);
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('online', onOnline);
    live.stop();
  };
}
