import { loadMessages } from '../lib/text/text.svelte.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ data }) => ({
  ...data,
  messages: await loadMessages(data.locale),
});
