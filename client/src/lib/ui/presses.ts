/** Whether a pointer is pressed anywhere in the page, and what waits until it is not. Call `stop` when nobody asks any more. */
export function watchPresses(document: Document) {
  let isPressed = false;
  let waiting: (() => void)[] = [];
  const listening = new AbortController();
  const options = { capture: true, signal: listening.signal };
  const released = () => {
    isPressed = false;
    const due = waiting;
    waiting = [];
    // Behind the click, which comes with the release.
    setTimeout(() => due.forEach((work) => work()));
  };
  document.addEventListener('pointerdown', () => (isPressed = true), options);
  document.addEventListener('pointerup', released, options);
  document.addEventListener('pointercancel', released, options);

  return {
    get isPressed() {
      return isPressed;
    },
    afterwards(work: () => void): void {
      if (isPressed) waiting.push(work);
      else queueMicrotask(work);
    },
    stop: () => listening.abort(),
  };
}
