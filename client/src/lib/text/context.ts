import { createContext } from 'svelte';
import type { Text } from './text.svelte.ts';

/** Words of the nearest `<GatehouseProvider>`. */
export const [useText, provideText] = createContext<Text>();
