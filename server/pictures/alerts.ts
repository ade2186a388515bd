/**
 * Draws every security alert into docs/alerts, as a mail program shows it.
 *
 *   npx tsx --tsconfig server/tsconfig.json server/pictures/alerts.ts [folder]
 *
 * Needs Chromium (CHROMIUM_PATH, or /usr/bin/chromium).
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { renderMail } from '../src/channels/email/layout/layout.js';
import { alertGallery } from '../src/features/alert/alert-gallery.js';

const run = promisify(execFile);
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const site = {
  siteName: 'Gatehouse',
  publicUrl: 'https://accounts.example.org',
  supportContact: 'help@example.org',
};
const desktop = { width: 600, dark: false };
const phone = { width: 390, dark: false };

type Look = typeof desktop;

const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/alerts', import.meta.url));
await mkdir(folder, { recursive: true });
const scratch = await mkdtemp(join(tmpdir(), 'gatehouse-pictures-'));
try {
  for (const [kind, html] of firstOfEach('EN')) await draw(html, kind, desktop);
  const [english, italian] = [firstOfEach('EN'), firstOfEach('IT')];
  await draw(english.get('new_sign_in')!, 'on-a-phone', phone);
  await draw(english.get('new_sign_in')!, 'on-a-phone-in-the-dark', { ...phone, dark: true });
  await draw(italian.get('new_sign_in')!, 'in-italian', desktop);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

function firstOfEach(locale: 'EN' | 'IT'): Map<string, string> {
  const first = new Map<string, string>();
  for (const { alert, mail } of alertGallery(site, locale)) {
    if (!first.has(alert.kind)) first.set(alert.kind, renderMail(mail, site).html);
  }
  return first;
}

async function draw(html: string, name: string, { width, dark }: Look): Promise<void> {
  const page = join(scratch, `${name}.html`);
  const shot = join(scratch, `${name}.png`);
  await writeFile(page, html);
  await run(chromium, [
    '--headless=new',
    '--no-sandbox',
    '--hide-scrollbars',
    `--user-data-dir=${join(scratch, 'profile')}`,
    `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
    `--window-size=${width},2400`,
    `--screenshot=${shot}`,
    pathToFileURL(page).href,
  ]);
  // Of the empty space below the mail as much as stands above it.
  const { info } = await sharp(shot).trim({ threshold: 2 }).toBuffer({ resolveWithObject: true });
  const height = info.height - (info.trimOffsetTop ?? 0) * 2;
  await sharp(shot)
    .extract({ left: 0, top: 0, width, height: Math.min(height, 2400) })
    .png({ palette: true, colours: 32, compressionLevel: 9 })
    .toFile(join(folder, `${name}.png`));
}
