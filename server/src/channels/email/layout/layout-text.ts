import type { Block, Fact } from '../../../kernel/outbox/mail.js';
import type { Sheet } from './layout-sheet.js';

/** The plain body: every link spelled out on a line of its own, where any client finds it. */
export function drawText(sheet: Sheet): string {
  const body = sheet.blocks.map(textOf).join('\n\n');
  // "-- " begins the signature (RFC 3676 section 4.3); clients leave it out of answers.
  const footer = [sheet.footer, ...(sheet.publicUrl === null ? [] : [sheet.publicUrl])];
  return `${body}\n\n-- \n${footer.join('\n')}\n`;
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${block.text}\n${'='.repeat(Math.min([...block.text].length, 72))}`;
    case 'subheading':
      return `${block.text}\n${'-'.repeat(Math.min([...block.text].length, 72))}`;
    case 'paragraph':
    case 'note':
      return block.text;
    case 'facts':
      return block.facts.map(lineOf).join('\n');
    case 'steps':
      return block.steps.map(({ what, how }, index) => `${index + 1}. ${what} ${how}`).join('\n');
    case 'places':
      return block.places.map(({ label, url }) => `${label}:\n${url}`).join('\n\n');
    case 'link':
      return `${block.label}:\n${block.url}`;
    case 'code':
      return `    ${block.code}`;
  }
}

function lineOf({ label, value }: Fact): string {
  return `${label}: ${value}`;
}
