import { useGatehouse } from './context.ts';
import type { LiveState } from './live.ts';

/** A short gap heals by itself; only a longer one is worth a banner. Milliseconds. */
const patience = 5_000;

/** State of the live connection as runes. Call it while a component is made. */
export function connectionState() {
  const { live } = useGatehouse();
  let state: LiveState = $state(live.state);
  let isOffline = $state(false);
  let isInterrupted = $state(false);

  $effect(() => live.onState((next) => (state = next)));
  $effect(() => {
    const look = () => (isOffline = !navigator.onLine);
    look();
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  });
  $effect(() => {
    // A socket may outlive the network for minutes before anybody notices.
    if (state !== 'interrupted' && !isOffline) {
      isInterrupted = false;
      return;
    }
    const timer = setTimeout(() => (isInterrupted = true), patience);
    return () => clearTimeout(timer);
  });

  return {
    get state() {
      return state;
    },
    get end() {
      return state === 'ended' ? live.end : undefined;
    },
    /** The device itself has no network. */
    get isOffline() {
      return isOffline;
    },
    /** Lost for so long that the page says so. */
    get isInterrupted() {
      return isInterrupted;
    },
  };
}
