import en from '../../../generated/text/en.js';
import it from '../../../generated/text/it.js';
import type { Block, Fact, Mail, Place, Step } from '../../../kernel/outbox/mail.js';
import { manyLines, singleLine } from '../clean-text.js';
import { drawHtml } from './layout-html.js';
import type { Sheet } from './layout-sheet.js';
import { drawText } from './layout-text.js';

export interface MailSite {
  readonly siteName: string;
  readonly publicUrl: string;
}

const most = { subject: 200, line: 1_000, paragraph: 4_000 };
const texts = { EN: en, IT: it };

/** Both bodies from one description, so that neither says what the other does not. */
export function renderMail(
  mail: Pick<Mail, 'subject' | 'locale' | 'blocks'> & { readonly from?: Mail['from'] },
  site: MailSite,
): { html: string; text: string } {
  const say = texts[mail.locale];
  const siteName = singleLine(site.siteName, 100);
  const sheet: Sheet = {
    language: mail.locale === 'IT' ? 'it' : 'en',
    subject: singleLine(mail.subject, most.subject),
    siteName,
    publicUrl: mail.from === 'security' ? null : site.publicUrl,
    linkHint: say['mail.layout.linkHint'](),
    footer: say['mail.layout.footer']({ siteName }),
    blocks: mail.blocks.map(clean),
  };
  return { html: drawHtml(sheet), text: drawText(sheet) };
}

function clean(block: Block): Block {
  switch (block.kind) {
    case 'heading':
    case 'subheading':
      return { kind: block.kind, text: singleLine(block.text, most.line) };
    case 'paragraph':
    case 'note':
      return { kind: block.kind, text: manyLines(block.text, most.paragraph) };
    case 'facts':
      return { kind: 'facts', facts: block.facts.map(cleanFact) };
    case 'steps':
      return { kind: 'steps', steps: block.steps.map(cleanStep) };
    case 'places':
      return { kind: 'places', places: block.places.map(cleanPlace) };
    case 'link':
      return { kind: 'link', ...cleanPlace(block) };
    case 'code':
      return { kind: 'code', code: singleLine(block.code, 100) };
  }
}

/** The parser's spelling holds no quotes, spaces or line ends. */
function cleanPlace({ label, url }: Place): Place {
  return { label: singleLine(label, 100), url: new URL(url).href };
}

function cleanStep({ what, how }: Step): Step {
  return { what: singleLine(what, most.line), how: singleLine(how, most.line) };
}

function cleanFact({ label, value }: Fact): Fact {
  return { label: singleLine(label, most.line), value: singleLine(value, most.line) };
}
