import type { Text } from '../../text/text.svelte.ts';

/** The name of a category; one that an administrator added is its own name, as `disk_jobs` is "Disk jobs". */
export function categoryName(category: string, text: Text): string {
  const key = `notify.category.${category}`;
  if (text.has(key)) return text.t(key as 'notify.category.account');
  const words = category.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
