import { BROWSER } from 'esm-env';

const name = 'gatehouse-shortcuts';

/** Storage may be forbidden to a page; then the choice lasts as long as the page. */
function stored(): string | null {
  try {
    return BROWSER ? localStorage.getItem(name) : null;
  } catch {
    return null;
  }
}

// A choice of the device, not of a person: what one visitor's server render sees is always the default.
let off = $state(stored() === 'off');

/** Single-key shortcuts can be switched off (WCAG 2.1.4). */
export function areShortcutsOn(): boolean {
  return !off;
}

export function switchShortcuts(on: boolean): void {
  off = !on;
  try {
    localStorage.setItem(name, on ? 'on' : 'off');
  } catch {
    // See above.
  }
}
