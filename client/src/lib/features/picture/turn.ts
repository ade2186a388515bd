import type { Turns } from './crop.ts';
import { mostBytes, typeOf } from './picture-file.ts';
import type { Picture, PictureFault } from './picture-file.ts';

/**
 * The picture turned, as a file of its own: the server crops, but does not turn. Always made from the original, so that
 * turning forth and back loses nothing. The caller revokes both addresses.
 */
export async function turnedPicture(
  picture: Picture,
  turns: Turns,
): Promise<Picture | PictureFault> {
  const image = new Image();
  image.src = picture.url;
  await image.decode();
  const canvas = document.createElement('canvas');
  const sides = [picture.width, picture.height] as const;
  const [width, height] = (turns % 2 ? [sides[1], sides[0]] : sides) as [number, number];
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  if (!pen) return 'broken';
  pen.translate(width / 2, height / 2);
  pen.rotate((turns * Math.PI) / 2);
  pen.drawImage(image, -sides[0] / 2, -sides[1] / 2, ...sides);
  const type = typeOf(new Uint8Array(await picture.file.slice(0, 12).arrayBuffer()));
  const file = await smallEnough(canvas, type === 'image/jpeg' ? type : 'image/png');
  if (!file) return 'size';
  return { file, url: URL.createObjectURL(file), width, height, animated: false };
}

/** As good as it was, or else as good as the server takes it. */
async function smallEnough(canvas: HTMLCanvasElement, type: string): Promise<Blob | undefined> {
  const ways = [
    [type, 0.95],
    ['image/webp', 0.9],
    ['image/jpeg', 0.85],
    ['image/jpeg', 0.5],
  ] as const;
  for (const [wanted, quality] of ways) {
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, wanted, quality),
    );
    // A browser that cannot write the type writes PNG.
    if (blob && blob.size <= mostBytes) return blob;
  }
  return undefined;
}
