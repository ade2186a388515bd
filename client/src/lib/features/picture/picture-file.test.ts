import { expect, test } from 'vitest';
import { readPicture, typeOf } from './picture-file.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test('a picture is known by its first bytes', () => {
  expect(typeOf(bytes('\x89PNG\r\n\x1a\n....'))).toBe('image/png');
  expect(typeOf(bytes('\xff\xd8\xff\xe0........'))).toBe('image/jpeg');
  expect(typeOf(bytes('GIF89a......'))).toBe('image/gif');
  expect(typeOf(bytes('RIFF\x00\x00\x00\x00WEBP'))).toBe('image/webp');
});

test('what only claims to be one is not taken', async () => {
  const page = new Blob(['<html>hello</html>'], { type: 'image/png' });
  expect(await readPicture(page)).toBe('type');
  expect(await readPicture(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>']))).toBe('type');
  expect(await readPicture(new Blob([]))).toBe('type');
});

test('one that is too large is not decoded', async () => {
  const large = new Blob([bytes('GIF89a'), new Uint8Array(2 * 1024 * 1024)]);
  expect(await readPicture(large)).toBe('size');
});
