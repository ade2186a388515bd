import type { Text } from '../../text/text.svelte.ts';

/** The name of a category; one that an administrator added is its own name. */
export function categoryName(category: string, text: Text): string {
  const key = `notify.category.${category}`;
  return text.has(key) ? text.t(key as 'notify.category.account') : category;
}
