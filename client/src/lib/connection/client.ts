import { personalCache } from './cache/cache.ts';
import { connect } from './gatehouse.ts';
import type { Gatehouse } from './gatehouse.ts';
import type { GatehouseOptions } from './options.ts';

/**
 * Connection of one person to a Gatehouse: queries and changes over a normalised cache, and the live inbox.
 * On a server, make one per request.
 */
export function createGatehouseClient(options: GatehouseOptions): Gatehouse {
  return connect(options, personalCache());
}
