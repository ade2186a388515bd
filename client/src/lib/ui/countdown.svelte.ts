import { createSubscriber } from 'svelte/reactivity';

let now = Date.now();

// A single timer, and only while something on the page counts down.
const subscribe = createSubscriber((update) => {
  const timer = setInterval(() => {
    now = Date.now();
    update();
  }, 1000);
  return () => clearInterval(timer);
});

/** Milliseconds; read in a component, it makes the component follow the seconds. */
export function second(): number {
  subscribe();
  return Math.max(now, Date.now());
}

/** "1:02:09", "0:59". @param seconds not below zero */
export function written(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
