import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

type Shape = readonly [tag: string, attributes: Readonly<Record<string, string>>];

/**
 * Icons as markup: Lucide's components put theirs together from a list each time they are drawn, for which every page
 * would load 2 kB. Props stay the same, but for `strokeWidth` and its like, which nothing here uses.
 */
export const drawnIcons: Plugin = {
  name: 'gatehouse-drawn-icons',
  enforce: 'pre',
  load: {
    filter: { id: /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/ },
    handler(id) {
      const data = /const iconData = (\{.*\});/.exec(readFileSync(id, 'utf8'))?.[1];
      if (!data) throw new Error(`${id} is not written as it was`);
      const { node } = JSON.parse(data) as { node: readonly Shape[] };
      return `<script>let { size = 24, ...rest } = $props();</script>
<svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
stroke-linecap="round" stroke-linejoin="round" {...rest}>${node.map(markup).join('')}</svg>`;
    },
  },
};

function markup([tag, attributes]: Shape): string {
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return `<${tag} ${written.join(' ')} />`;
}
