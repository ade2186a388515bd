/** What is chosen of a picture: `zoom` 1 is the largest part that has the wanted shape. */
export interface View {
  /** Middle of the part, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Shape {
  readonly width: number;
  readonly height: number;
  /** Width of the part for each unit of its height. */
  readonly aspect: number;
}

export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const leastPixels = 64;
const mostZoom = 8;

/** Beyond it single pixels would fill the picture. */
export function zoomLimit(shape: Shape): number {
  return Math.min(mostZoom, Math.max(1, widest(shape) / leastPixels));
}

export function wholeView({ width, height }: Shape): View {
  return { x: width / 2, y: height / 2, zoom: 1 };
}

/** Not rounded, for drawing. */
export function partOf(shape: Shape, { x, y, zoom }: View): Part {
  const width = widest(shape) / zoom;
  const height = width / shape.aspect;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** Whole pixels within the picture, as the server wants them. */
export function cropOf(shape: Shape, view: View): Part {
  const part = partOf(shape, view);
  const width = within(Math.round(part.width), 1, shape.width);
  const height = within(Math.round(part.height), 1, shape.height);
  return {
    x: within(Math.round(part.x), 0, shape.width - width),
    y: within(Math.round(part.y), 0, shape.height - height),
    width,
    height,
  };
}

/** The nearest view that shows nothing beside the picture. */
export function held(shape: Shape, view: View): View {
  const zoom = within(view.zoom, 1, zoomLimit(shape));
  const { width, height } = partOf(shape, { ...view, zoom });
  return {
    zoom,
    x: within(view.x, width / 2, shape.width - width / 2),
    y: within(view.y, height / 2, shape.height - height / 2),
  };
}

/** @param dx share of the part's width, likewise `dy` of its height */
export function moved(shape: Shape, view: View, dx: number, dy: number): View {
  const { width, height } = partOf(shape, view);
  return held(shape, { ...view, x: view.x + dx * width, y: view.y + dy * height });
}

/** @param at the place that stays where it is, as shares of the part; its middle when left out */
export function zoomed(shape: Shape, view: View, zoom: number, at = { x: 0.5, y: 0.5 }): View {
  const to = within(zoom, 1, zoomLimit(shape));
  const before = partOf(shape, view);
  const after = partOf(shape, { ...view, zoom: to });
  return held(shape, {
    zoom: to,
    x: view.x + (at.x - 0.5) * (before.width - after.width),
    y: view.y + (at.y - 0.5) * (before.height - after.height),
  });
}

/** Quarters of a turn, clockwise. */
export type Turns = 0 | 1 | 2 | 3;

/** The same picture after so many quarters. */
export function turnedShape(shape: Shape, turns: Turns): Shape {
  return turns % 2 ? { ...shape, width: shape.height, height: shape.width } : shape;
}

/** What was in the middle stays there when the picture is turned by a quarter. @param shape before that */
export function turnedView(shape: Shape, { x, y, zoom }: View, clockwise: boolean): View {
  const middle = clockwise ? { x: shape.height - y, y: x } : { x: y, y: shape.width - x };
  return held(turnedShape(shape, 1), { ...middle, zoom });
}

function widest({ width, height, aspect }: Shape): number {
  return Math.min(width, height * aspect);
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
