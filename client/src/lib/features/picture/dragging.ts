import type { Attachment } from 'svelte/attachments';

export interface Dragging {
  /** Shares of the frame's width and height. */
  move(dx: number, dy: number): void;
  /** @param at place within the frame that is to stay, in shares of it */
  zoom(factor: number, at: { x: number; y: number }): void;
}

interface Place {
  x: number;
  y: number;
}

/** One finger or the mouse moves, two fingers or the wheel zoom. The frame is the element with `data-frame`. */
export function dragging({ move, zoom }: Dragging): Attachment<HTMLElement> {
  return (stage) => {
    const fingers = new Map<number, Place>();
    const frame = () => stage.querySelector('[data-frame]')!.getBoundingClientRect();
    const placeIn = ({ left, top, width, height }: DOMRect, { x, y }: Place) => ({
      x: (x - left) / width,
      y: (y - top) / height,
    });
    const spread = () => {
      const [one, two] = [...fingers.values()] as [Place, Place];
      const middle = { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 };
      return { middle, distance: Math.max(1, Math.hypot(one.x - two.x, one.y - two.y)) };
    };

    function down(event: PointerEvent) {
      if (event.button !== 0 || fingers.size === 2) return;
      stage.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    }

    function moveTo(event: PointerEvent) {
      const from = fingers.get(event.pointerId);
      if (!from) return;
      const to = { x: event.clientX, y: event.clientY };
      const box = frame();
      if (fingers.size === 1) {
        fingers.set(event.pointerId, to);
        move((to.x - from.x) / box.width, (to.y - from.y) / box.height);
        return;
      }
      const before = spread();
      fingers.set(event.pointerId, to);
      const after = spread();
      zoom(after.distance / before.distance, placeIn(box, after.middle));
      move(
        (after.middle.x - before.middle.x) / box.width,
        (after.middle.y - before.middle.y) / box.height,
      );
    }

    const up = ({ pointerId }: PointerEvent) => fingers.delete(pointerId);

    function wheel(event: WheelEvent) {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      zoom(
        Math.exp((-event.deltaY * lines) / 500),
        placeIn(frame(), { x: event.clientX, y: event.clientY }),
      );
    }

    const ending = new AbortController();
    const { signal } = ending;
    stage.addEventListener('pointerdown', down, { signal });
    stage.addEventListener('pointermove', moveTo, { signal });
    stage.addEventListener('pointerup', up, { signal });
    stage.addEventListener('pointercancel', up, { signal });
    stage.addEventListener('wheel', wheel, { signal, passive: false });
    return () => ending.abort();
  };
}
