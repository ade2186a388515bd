/**
 * Decodes what strangers send, in a process of its own: what brings a decoder down, or makes it endless,
 * brings down this process and no other.
 */
import sharp from 'sharp';
import { mostFrames, mostPixels, mostSeconds, mostSide } from './image-shape.js';
import type { Crop, ImageFault, ImageResult, ImageTask } from './image-shape.js';

class Fault extends Error {
  constructor(readonly fault: ImageFault) {
    super(fault);
  }
}

// One picture at a time uses one core; nothing of one is kept for the next.
sharp.concurrency(1);
sharp.cache(false);
// Every loader but those of the four formats: no SVG, no PDF, no ImageMagick.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
});

const formats = ['png', 'jpeg', 'webp', 'gif'];

async function convert({ id, content, crop, width, height }: ImageTask): Promise<Buffer> {
  const options = { animated: true, limitInputPixels: mostPixels, failOn: 'truncated' } as const;
  const {
    format,
    pages = 1,
    pageHeight,
    ...seen
  } = await sharp(content, {
    ...options,
    limitInputPixels: false,
  })
    .metadata()
    .catch(() => {
      throw new Fault('NOT_AN_IMAGE');
    });
  if (!formats.includes(format)) throw new Fault('NOT_AN_IMAGE');
  const frameHeight = pageHeight ?? seen.height;
  if (Math.max(seen.width, frameHeight) > mostSide) throw new Fault('TOO_LARGE');
  if (pages > mostFrames || pages * frameHeight * seen.width > mostPixels) {
    throw new Fault('TOO_MANY_FRAMES');
  }
  const animated = pages > 1;
  if (animated) process.send?.({ id, animated } satisfies ImageResult);
  const turned = (seen.orientation ?? 1) > 4;
  const [right, bottom] = turned ? [frameHeight, seen.width] : [seen.width, frameHeight];
  if (crop && (crop.x + crop.width > right || crop.y + crop.height > bottom)) {
    throw new Fault('CROP_OUTSIDE');
  }
  const part = crop ?? middleOf(right, bottom, width / height);
  return sharp(content, options)
    .timeout({ seconds: animated ? mostSeconds.animated : mostSeconds.still })
    .autoOrient()
    .extract({ left: part.x, top: part.y, width: part.width, height: part.height })
    .resize(width, height, { fit: 'cover', position: 'centre' })
    .webp({ quality: 86, effort: animated ? 1 : 3 })
    .toBuffer()
    .catch(() => {
      throw new Fault('BROKEN');
    });
}

/** What is shown without a choice. Cut out first: what is not shown need not be made larger, frame by frame. */
function middleOf(width: number, height: number, aspect: number): Crop {
  const part = {
    width: Math.max(1, Math.min(width, Math.round(height * aspect))),
    height: Math.max(1, Math.min(height, Math.round(width / aspect))),
  };
  const x = Math.floor((width - part.width) / 2);
  return { x, y: Math.floor((height - part.height) / 2), ...part };
}

process.on('message', (task: ImageTask) => {
  convert(task)
    .then((content): ImageResult => ({ id: task.id, content }))
    .catch((error: unknown): ImageResult => {
      return { id: task.id, fault: error instanceof Fault ? error.fault : 'BROKEN' };
    })
    .then((result) => process.send?.(result))
    .catch(() => process.exit(1));
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());
