/**
 * The few words atoms need. The application (or the page that embeds us) provides them, so that no language is baked in
 * and any text can be replaced.
 */
import { createContext } from 'svelte';

export interface UiText {
  /** BCP 47 tag for dates and numbers, e.g. `it`. */
  locale: string;
  /** IANA zone for dates, e.g. `Europe/Rome`; the device's own when absent. */
  timeZone?: string | undefined;
  show: string;
  hide: string;
  capsLock: string;
  copy: string;
  copied: string;
  copyFailed: string;
  close: string;
  cancel: string;
  undo: string;
  menu: string;
  loading: string;
  loadMore: string;
  previous: string;
  next: string;
  optional: string;
  skipToContent: string;
  /** Name of the region of toasts; F8 moves into it. */
  messages: string;
}

const [read, provide] = createContext<() => UiText>();

/** Call it while a root component initialises. A function, so that a change of language needs no reload. */
export function setUiText(source: () => UiText): void {
  provide(source);
}

/** The words, as a function to call in the markup. Throws when no component above has called `setUiText`. */
export function getUiText(): () => UiText {
  return read();
}
