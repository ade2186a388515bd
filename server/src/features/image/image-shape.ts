/** What is asked of the process that decodes, and what it answers. No class: both cross a process border. */
export interface ImageTask {
  readonly id: number;
  readonly content: Uint8Array;
  readonly crop: Crop | null;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the picture as people see it, after its EXIF orientation. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type ImageFault =
  'NOT_AN_IMAGE' | 'BROKEN' | 'TOO_LARGE' | 'TOO_MANY_FRAMES' | 'CROP_OUTSIDE';

export interface ImageResult {
  readonly id: number;
  /** Said before the work of an animation begins, which takes longer; the answer comes after it. */
  readonly animated?: true;
  readonly content?: Uint8Array;
  readonly fault?: ImageFault;
}

export const mostSide = 4096;
export const mostFrames = 100;
/** In all frames together. */
export const mostPixels = 50_000_000;
/** For a still picture, and for an animation, whose every frame is encoded: a second of one core for ten. */
export const mostSeconds = { still: 4, animated: 30 };
