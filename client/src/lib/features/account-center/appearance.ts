import type { ComponentProps } from 'svelte';
import type ThemeCard from '../preference/ThemeCard.svelte';

/** For pages that let people choose between light and dark: the choice now, and what keeps it. */
export type Appearance = ComponentProps<typeof ThemeCard>;
