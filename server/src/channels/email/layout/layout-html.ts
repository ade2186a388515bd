import type { Block, Fact, Place, Step } from '../../../kernel/outbox/mail.js';
import { singleLine } from '../clean-text.js';
import type { Sheet } from './layout-sheet.js';
import { light, styleSheet } from './layout-style.js';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

const html = (text: string) => escapeHtml(text).replaceAll('\n', '<br>');

// Many clients drop the style element: light colours and sizes stand inline, and only what
// cannot (dark, narrow) is left to it.
const font = `font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
const mono = `font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace`;
const body = `margin:0 0 16px;font-size:16px;line-height:1.5;color:${light.text}`;
const small = `font-size:14px;line-height:1.5;color:${light.muted}`;

/** Tables, since desktop Outlook knows no other layout; nothing is loaded from anywhere. */
export function drawHtml(sheet: Sheet): string {
  return `<!doctype html>
<html lang="${sheet.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${html(sheet.subject)}</title>
<style>${styleSheet}</style>
</head>
<body class="page" style="margin:0;padding:0;background:${light.page};${font}">
<div style="display:none;max-height:0;overflow:hidden">${html(preview(sheet))}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${light.page}">
<tr><td class="outer" align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px">
<tr><td class="text" style="padding:0 4px 16px;${font};font-size:16px;font-weight:600;color:${light.text}">${html(sheet.siteName)}</td></tr>
<tr><td class="card" style="padding:32px 32px 16px;background:${light.card};border:1px solid ${light.line};border-radius:12px;${font};overflow-wrap:anywhere">
${sheet.blocks.map((block) => htmlOf(block, sheet)).join('\n')}
</td></tr>
<tr><td class="muted" style="padding:16px 4px 0;${font};font-size:13px;line-height:1.5;color:${light.muted};overflow-wrap:anywhere">
${html(sheet.footer)}${siteLink(sheet.publicUrl)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function siteLink(url: string | null): string {
  if (url === null) return '';
  return `<br><a class="muted" href="${html(url)}" style="color:${light.muted}">${html(url)}</a>`;
}

/** The line that lists show after the subject. */
function preview({ blocks }: Sheet): string {
  const said = blocks.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []));
  return singleLine(said.join(' '), 150);
}

function htmlOf(block: Block, sheet: Sheet): string {
  switch (block.kind) {
    case 'heading':
      return `<h1 class="text" style="margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600;color:${light.text}">${html(block.text)}</h1>`;
    case 'subheading':
      return `<h2 class="text" style="margin:24px 0 8px;font-size:17px;line-height:1.4;font-weight:600;color:${light.text}">${html(block.text)}</h2>`;
    case 'paragraph':
      return `<p class="text" style="${body}">${html(block.text)}</p>`;
    case 'note':
      return `<p class="muted" style="margin:0 0 16px;${small}">${html(block.text)}</p>`;
    case 'facts':
      return factsTable(block.facts);
    case 'steps':
      return stepList(block.steps);
    case 'places':
      return block.places.map(placeLine).join('\n');
    case 'link':
      return button(block.label, block.url, sheet.linkHint);
    case 'code':
      return `<p class="code" style="margin:0 0 16px;padding:14px 16px;border-radius:8px;background:${light.page};color:${light.text};font-size:20px;line-height:1.4;letter-spacing:2px;${mono}">${html(block.code)}</p>`;
  }
}

function factsTable(facts: readonly Fact[]): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th class="label" scope="row" align="left" valign="top" style="padding:8px 16px 8px 0;white-space:nowrap;font-weight:400;${small}">${html(label)}</th>` +
      `<td class="value text" width="100%" align="left" valign="top" style="padding:8px 0;font-size:14px;line-height:1.5;color:${light.text}"><bdi>${html(value)}</bdi></td></tr>`,
  );
  return `<table class="facts" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;border-top:1px solid ${light.line};border-bottom:1px solid ${light.line}">
${rows.join('\n')}
</table>`;
}

function stepList(steps: readonly Step[]): string {
  const items = steps.map(
    ({ what, how }) =>
      `<li class="text" style="margin:0 0 8px;color:${light.text}"><strong>${html(what)}</strong> ${html(how)}</li>`,
  );
  return `<ol class="text" style="margin:0 0 16px;padding:0 0 0 24px;font-size:16px;line-height:1.5;color:${light.text}">
${items.join('\n')}
</ol>`;
}

/** Its address in full, so that nobody has to trust a label. */
function placeLine({ label, url }: Place): string {
  const address = html(url);
  return `<p class="muted" style="margin:0 0 12px;${small}">${html(label)}<br><a class="link" href="${address}" style="font-size:16px;color:${light.accent};word-break:break-all">${address}</a></p>`;
}

/** The address stands below its button: where buttons do not work, and for who looks before following. */
function button(label: string, url: string, hint: string): string {
  const address = html(url);
  return `<table role="presentation" class="action" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px"><tr><td class="button" align="center" bgcolor="${light.accent}" style="border-radius:8px;background:${light.accent}">
<a class="button-text" href="${address}" style="display:block;padding:12px 24px;font-size:16px;line-height:24px;font-weight:600;color:${light.onAccent};text-decoration:none;${font}">${html(label)}</a>
</td></tr></table>
<p class="muted" style="margin:0 0 16px;${small}">${html(hint)}<br><a class="link" href="${address}" style="color:${light.accent};word-break:break-all">${address}</a></p>`;
}
