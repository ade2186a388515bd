import en from '../../generated/text/en.js';
import type { Messages } from '../../generated/text/messages.js';

type Below<Prefix extends string> = {
  [Key in keyof Messages]: Key extends `${Prefix}${infer Rest}` ? Rest : never;
}[keyof Messages];

/** Why a message was not taken: a sentence of ours, `delivery.why.…`, in whatever language it is read. */
export interface Why {
  readonly code: Below<'delivery.why.'>;
  /** What the sentence speaks of. `why` is another one, as the reason of a reason. */
  readonly values?: Readonly<Record<string, string | number | Why>>;
}

const mark = 'why:';
type Sentence = (values: Record<string, string | number>) => string;

/** As it is kept. What another side said is kept in its own words. */
export const writeWhy = (why: Why | string): string =>
  typeof why === 'string' ? why : mark + JSON.stringify(why);

/** What was kept, in the reader's language; English for programs. */
export function readWhy(text: string, messages: Messages = en): string {
  if (!text.startsWith(mark)) return text;
  try {
    return wordsOf(JSON.parse(text.slice(mark.length)) as Why, messages);
  } catch {
    return text;
  }
}

export function wordsOf({ code, values = {} }: Why, messages: Messages = en): string {
  const sentence = messages[`delivery.why.${code}`] as Sentence;
  const said = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? wordsOf(value, messages) : value,
  ]);
  return sentence(Object.fromEntries(said) as Record<string, string | number>);
}
