import { createContext } from 'svelte';
import type { Caller } from './caller.ts';
import type { Gatehouse } from './gatehouse.ts';

/** Connection of the nearest `<GatehouseProvider>`: one per page on the server, never one for all. */
export const [useGatehouse, provideGatehouse] = createContext<Gatehouse>();

/** The same for forms that also stand where nobody is signed in yet. */
export const [useCaller, provideCaller] = createContext<Caller>();
