import { loadMessages } from '../lib/text/text.svelte.ts';
import type { Language } from '../lib/text/text.svelte.ts';
import type { LayoutLoad } from './$types';
import type { Theme } from './preferences.ts';

interface Visitor {
  locale: Language;
  theme: Theme;
}

export const load: LayoutLoad = async ({ fetch }) => {
  const visitor = (await (await fetch('/visitor')).json()) as Visitor;
  return {
    ...visitor,
    part: 'entrance' as const,
    messages: await loadMessages(visitor.locale, 'entrance'),
  };
};
