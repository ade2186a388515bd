import type { Text } from '../../text/text.svelte.ts';

/** The name of a category; one that an administrator added is its own name. */
export function categoryName(category: string, { t, has }: Pick<Text, 't' | 'has'>): string {
  const key = `notify.category.${category}`;
  return has(key) ? t(key as 'notify.category.account') : category;
}
