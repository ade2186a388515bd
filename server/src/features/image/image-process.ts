/**
 * Decodes what strangers send, in a process of its own: what brings a decoder down, or makes it endless,
 * brings down this process and no other.
 */
import sharp from 'sharp';
import { mostFrames, mostPixels, mostSide } from './image-shape.js';
import type { ImageFault, ImageResult, ImageTask } from './image-shape.js';

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
const decodeSeconds = 4;

async function convert({ content, crop, width, height }: ImageTask): Promise<Buffer> {
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
  const turned = (seen.orientation ?? 1) > 4;
  const [right, bottom] = turned ? [frameHeight, seen.width] : [seen.width, frameHeight];
  let picture = sharp(content, options).timeout({ seconds: decodeSeconds }).autoOrient();
  if (crop) {
    if (crop.x + crop.width > right || crop.y + crop.height > bottom) {
      throw new Fault('CROP_OUTSIDE');
    }
    picture = picture.extract({
      left: crop.x,
      top: crop.y,
      width: crop.width,
      height: crop.height,
    });
  }
  return picture
    .resize(width, height, { fit: 'cover', position: 'centre' })
    .webp({ quality: 86, effort: 3 })
    .toBuffer()
    .catch(() => {
      throw new Fault('BROKEN');
    });
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
