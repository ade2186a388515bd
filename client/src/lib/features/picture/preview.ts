import type { Part } from './crop.ts';
import type { Picture } from './picture-file.ts';

const mostWidth = 600;

/** The chosen part as a picture of its own, shown until the server's is there. @returns an address to revoke */
export async function previewOf({ url }: Picture, { x, y, width, height }: Part): Promise<string> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(width, mostWidth);
  canvas.height = Math.max(1, Math.round((canvas.width * height) / width));
  canvas.getContext('2d')?.drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!blob) throw new Error('The preview could not be drawn');
  return URL.createObjectURL(blob);
}
