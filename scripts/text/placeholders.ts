import { parse } from '@messageformat/parser';
import type { PluralCategory } from '@messageformat/parser';
import type { Locale } from './catalogue.js';

/** Type of a placeholder's value as TypeScript source. */
export type Placeholders = Map<string, string>;

const quoted = /'[{}#](?:[^']|'')*'(?!')/gu;

type Token = ReturnType<typeof parse>[number] | { type: 'octothorpe' };

const openType = 'string | number';
const dateType = 'Date | number | string';

function categories(locale: Locale, type: 'cardinal' | 'ordinal'): PluralCategory[] {
  return new Intl.PluralRules(locale, { type }).resolvedOptions().pluralCategories;
}

/**
 * The placeholders of one ICU message.
 * @throws Error when the message is not valid ICU MessageFormat, or a plural lacks its singular or `other`
 */
export function placeholdersOf(message: string, locale: Locale): Placeholders {
  const tokens = parse(message, {
    cardinal: categories(locale, 'cardinal'),
    ordinal: categories(locale, 'ordinal'),
  });
  const found: Placeholders = new Map();
  collect(tokens, found);
  return found;
}

function collect(tokens: readonly Token[], found: Placeholders): void {
  for (const token of tokens) {
    switch (token.type) {
      case 'argument':
        note(found, token.arg, openType);
        break;
      case 'function':
        note(found, token.arg, formattedType(token.key));
        break;
      case 'select':
      case 'plural':
      case 'selectordinal': {
        note(found, token.arg, token.type === 'select' ? 'string' : 'number');
        const cases = token.cases.map((one) => one.key);
        if (!cases.includes('other')) throw new Error(`{${token.arg}} has no "other" case`);
        if (token.type === 'plural' && !cases.includes('one') && !cases.includes('=1')) {
          throw new Error(`{${token.arg}, plural} has no "one" case, so 1 would read as many`);
        }
        for (const one of token.cases) collect(one.tokens, found);
        break;
      }
      case 'content':
        // The parser takes a brace that opens nothing for text.
        if (/[{}]/.test(token.ctx.text.replace(quoted, '')))
          throw new Error('a brace stands alone');
        break;
      case 'octothorpe':
    }
  }
}

function formattedType(formatter: string): string {
  if (formatter === 'number') return 'number';
  if (formatter === 'date' || formatter === 'time') return dateType;
  throw new Error(`there is no formatter "${formatter}"; number, date and time are`);
}

/** A placeholder may stand alone in one place and steer a plural in another: the narrower type wins. */
function note(found: Placeholders, name: string, type: string): void {
  const before = found.get(name);
  if (before === undefined || before === openType) found.set(name, type);
  else if (type !== openType && type !== before) {
    throw new Error(`{${name}} is used both as ${before} and as ${type}`);
  }
}
