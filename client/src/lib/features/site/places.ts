import { getContext, setContext } from 'svelte';

/** The address at which a page of the account is shown, such as `/security#passkeys`. */
export type Places = (page: string) => string;

const key = Symbol('places');

/** The dashboard's own addresses, unless an `<AccountCenter>` around it shows the pages itself. */
export const usePlaces = (): Places => getContext<Places | undefined>(key) ?? ((page) => page);

export const providePlaces = (places: Places): Places => setContext(key, places);
