/** One clock for all relative times of a page, and their words. */
import { createSubscriber } from 'svelte/reactivity';

let now = Date.now();

// A single timer, and only while something on the page reads the time.
const subscribe = createSubscriber((update) => {
  const timer = setInterval(() => {
    now = Date.now();
    update();
  }, 60_000);
  return () => clearInterval(timer);
});

/** Milliseconds; read in a component, it makes the component follow the minutes. */
export function minute(): number {
  subscribe();
  // Not older than what has happened since the last tick.
  return Math.max(now, Date.now());
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 minutes ago", "in 2 days"; under a minute it is "now" in the words of the locale. */
export function relative(at: Date, from: number, locale: string): string {
  const seconds = (at.getTime() - from) / 1000;
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 60];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return format.format(Math.trunc(seconds / size), unit);
}
