import { createContext } from 'svelte';
import type { Gatehouse } from './gatehouse.ts';

/** Connection of the nearest `<GatehouseProvider>`: one per page on the server, never one for all. */
export const [useGatehouse, provideGatehouse] = createContext<Gatehouse>();
