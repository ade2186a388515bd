import type { Page } from 'playwright-core';

/** Half red, half blue, drawn by the browser itself. */
export async function picture(page: Page, width: number, height: number): Promise<Buffer> {
  const url = await page.evaluate(
    ([w, h]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [w, h];
      const pen = canvas.getContext('2d')!;
      pen.fillStyle = '#f00';
      pen.fillRect(0, 0, w / 2, h);
      pen.fillStyle = '#00f';
      pen.fillRect(w / 2, 0, w / 2, h);
      return canvas.toDataURL('image/png');
    },
    [width, height] as const,
  );
  return Buffer.from(url.split(',')[1]!, 'base64');
}
