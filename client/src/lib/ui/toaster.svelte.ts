/**
 * Toasts are for results that are off-screen, and for taking something back. Each stays 8 s; the clock of all stands still
 * while the pointer or the focus is in the region or the page is hidden (WCAG 2.2.1).
 */
import { createContext, untrack } from 'svelte';

export interface ToastOptions {
  text: string;
  tone?: 'plain' | 'success' | 'danger';
  /** Takes the act back; the toast goes away when it is pressed. */
  undo?: () => void | Promise<void>;
  /** Any other single action, e.g. "Open". */
  action?: { label: string; run: () => void | Promise<void> };
  /** Milliseconds; 8000 when absent, `Infinity` to stay until closed. */
  duration?: number;
  /** Called once when it has gone without undo, e.g. to carry a delayed act out. */
  onexpire?: () => void;
}

export interface Toast extends ToastOptions {
  readonly id: number;
}

interface Clock {
  /** Milliseconds. */
  left: number;
  since: number;
  timer?: ReturnType<typeof setTimeout>;
}

export interface Toaster {
  readonly toasts: readonly Toast[];
  /** Returns the id for `dismiss`. */
  show(options: ToastOptions): number;
  dismiss(id: number): void;
  undo(id: number): Promise<void>;
  /** Stops and starts the clock; for the region. */
  pause(): void;
  resume(): void;
}

/** One for a page. Create it in the root component, never at module level: a server would share it between visitors. */
export function createToaster(): Toaster {
  let toasts = $state.raw<Toast[]>([]);
  const clocks: Record<number, Clock> = {};
  let paused = false;
  let last = 0;

  function take(id: number): Toast | undefined {
    clearTimeout(clocks[id]?.timer);
    delete clocks[id];
    const all = untrack(() => toasts);
    toasts = all.filter((one) => one.id !== id);
    return all.find((one) => one.id === id);
  }

  function start(id: number): void {
    const clock = clocks[id];
    if (!clock || paused || clock.left === Infinity) return;
    clock.since = Date.now();
    clock.timer = setTimeout(() => take(id)?.onexpire?.(), clock.left);
  }

  return {
    get toasts() {
      return toasts;
    },
    show(options) {
      const id = ++last;
      // Not a reason for the effect that shows a toast to run again.
      toasts = [...untrack(() => toasts), { ...options, id }];
      clocks[id] = { left: options.duration ?? 8000, since: Date.now() };
      start(id);
      return id;
    },
    dismiss(id) {
      take(id)?.onexpire?.();
    },
    async undo(id) {
      await take(id)?.undo?.();
    },
    pause() {
      if (paused) return;
      paused = true;
      for (const clock of Object.values(clocks)) {
        clearTimeout(clock.timer);
        clock.left -= Date.now() - clock.since;
      }
    },
    resume() {
      if (!paused) return;
      paused = false;
      for (const id of Object.keys(clocks)) start(Number(id));
    },
  };
}

/** The page's toaster, as a context: `setToaster(createToaster())` in the root, `getToaster()` below. */
export const [getToaster, setToaster] = createContext<Toaster>();
