import { browser } from '$app/env';
import { createGatehouseClient } from '../../lib/connection/client.ts';
import type { Gatehouse } from '../../lib/connection/gatehouse.ts';

let ofThisTab: Gatehouse | undefined;

/** One for the life of the tab. On the server a new one for every page, since it holds a person's data. */
export function personalClient(): Gatehouse {
  if (!browser) return createGatehouseClient({ url: '/graphql' });
  return (ofThisTab ??= createGatehouseClient({ url: '/graphql' }));
}
