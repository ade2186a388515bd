import { useGatehouse } from './context.ts';
import type { LiveState } from './live.ts';

/** A short gap heals by itself; only a longer one is worth a banner. Milliseconds. */
const patience = 5_000;

/** State of the live connection as runes. Call it while a component is made. */
export function connectionState() {
  const { live } = useGatehouse();
  let state: LiveState = $state(live.state);
  let isInterrupted = $state(false);

  $effect(() => live.onState((next) => (state = next)));
  $effect(() => {
    if (state !== 'interrupted') {
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
    /** Lost for so long that the page says so. */
    get isInterrupted() {
      return isInterrupted;
    },
  };
}
