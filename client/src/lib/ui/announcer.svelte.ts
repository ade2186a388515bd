/** Says things to screen readers: one polite and one assertive region, mounted at load by LiveRegion. */
import { createContext } from 'svelte';

export interface Announcer {
  readonly politeText: string;
  readonly assertiveText: string;
  polite(text: string): void;
  assertive(text: string): void;
}

/** One for a page; create it in the root component. */
export function createAnnouncer(): Announcer {
  let politeText = $state('');
  let assertiveText = $state('');
  let flip = false;

  // The same sentence twice in a row is no change, and silent; an invisible difference makes it one.
  const anew = (text: string) => ((flip = !flip) ? `${text}\u00a0` : text);

  return {
    get politeText() {
      return politeText;
    },
    get assertiveText() {
      return assertiveText;
    },
    polite(text) {
      politeText = anew(text);
    },
    assertive(text) {
      assertiveText = anew(text);
    },
  };
}

export const [getAnnouncer, setAnnouncer] = createContext<Announcer>();
