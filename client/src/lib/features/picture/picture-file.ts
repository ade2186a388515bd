/** A file that can be shown and sent. */
export interface Picture {
  readonly file: Blob;
  /** Of the file, for showing; to be revoked. */
  readonly url: string;
  /** After EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Turned it would stand still: only the server keeps every frame. */
  readonly animated: boolean;
}

export type PictureFault = 'type' | 'size' | 'broken' | 'sides';

/** What the server takes (behaviour: Images). */
export const mostBytes = 2 * 1024 * 1024;
export const mostSide = 4096;
export const acceptedTypes = 'image/png,image/jpeg,image/webp,image/gif';

/** Looks into the file: its name and the type it claims say nothing. */
export async function readPicture(file: Blob): Promise<Picture | PictureFault> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const type = typeOf(head);
  if (!type) return 'type';
  if (file.size > mostBytes) return 'size';
  const url = URL.createObjectURL(new Blob([file], { type }));
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(url);
    return 'broken';
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  const animated = isAnimated(new Uint8Array(await file.arrayBuffer()));
  if (Math.max(width, height) <= mostSide) return { file, url, width, height, animated };
  URL.revokeObjectURL(url);
  return 'sides';
}

export function typeOf(head: Uint8Array): string | undefined {
  const text = textAt(head, 0, 12);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  return undefined;
}

/** Of GIF and WebP; in doubt it is. The server keeps no frames of other types. */
export function isAnimated(bytes: Uint8Array): boolean {
  const type = typeOf(bytes);
  // The flag of the extended header (WebP container specification).
  if (type === 'image/webp') return textAt(bytes, 12, 4) === 'VP8X' && (bytes[20]! & 2) !== 0;
  if (type !== 'image/gif') return false;
  let frames = 0;
  // Each frame of an animation has a graphic control extension (GIF89a, 23).
  for (let at = 0; at < bytes.length - 2; at += 1)
    if (bytes[at] === 0x21 && bytes[at + 1] === 0xf9 && bytes[at + 2] === 4) frames += 1;
  return frames > 1;
}

const textAt = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** The first picture of what was dropped or pasted. */
export function fileIn(data: DataTransfer | null): File | undefined {
  return data?.files[0];
}
