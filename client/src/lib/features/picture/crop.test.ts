import { expect, test } from 'vitest';
import {
  cropOf,
  held,
  moved,
  turnedShape,
  turnedView,
  wholeView,
  zoomed,
  zoomLimit,
} from './crop.ts';

const wide = { width: 1200, height: 800, aspect: 1 };

test('the first view is the largest square in the middle', () => {
  expect(cropOf(wide, wholeView(wide))).toEqual({ x: 200, y: 0, width: 800, height: 800 });
});

test('moving stops at the edge of the picture', () => {
  const right = moved(wide, wholeView(wide), 5, 5);
  expect(cropOf(wide, right)).toEqual({ x: 400, y: 0, width: 800, height: 800 });
});

test('zooming keeps the place under the pointer, and comes back to the whole', () => {
  const near = zoomed(wide, wholeView(wide), 2, { x: 0, y: 0 });
  expect(cropOf(wide, near)).toEqual({ x: 200, y: 0, width: 400, height: 400 });
  expect(cropOf(wide, zoomed(wide, near, 0.1)).width).toBe(800);
});

test('a part never leaves the picture, whatever its size', () => {
  for (const [width, height] of [
    [1, 1],
    [3, 4000],
    [4000, 3],
    [1500, 500],
    [641, 479],
  ] as const) {
    for (const aspect of [1, 3]) {
      const shape = { width, height, aspect };
      for (const zoom of [1, 1.37, 3, 99]) {
        const part = cropOf(shape, held(shape, { x: 9e5, y: -9e5, zoom }));
        expect(part.x).toBeGreaterThanOrEqual(0);
        expect(part.y).toBeGreaterThanOrEqual(0);
        expect(part.x + part.width).toBeLessThanOrEqual(width);
        expect(part.y + part.height).toBeLessThanOrEqual(height);
        expect(Math.min(part.width, part.height)).toBeGreaterThanOrEqual(1);
      }
    }
  }
});

test('what is chosen is chosen still when the picture is turned, and four turns are none', () => {
  const topLeft = held(wide, { x: 0, y: 0, zoom: 4 });
  const right = turnedView(wide, topLeft, true);
  expect(cropOf(turnedShape(wide, 1), right)).toEqual({ x: 600, y: 0, width: 200, height: 200 });
  const left = turnedView(wide, topLeft, false);
  expect(cropOf(turnedShape(wide, 3), left)).toEqual({ x: 0, y: 1000, width: 200, height: 200 });
  expect(turnedView(turnedShape(wide, 1), right, false)).toEqual(topLeft);
});

test('a small picture is not blown up', () => {
  expect(zoomLimit({ width: 50, height: 50, aspect: 1 })).toBe(1);
  expect(zoomLimit({ width: 4000, height: 4000, aspect: 1 })).toBe(8);
});
