import type { Text } from '../../text/text.svelte.ts';
import type { Network } from './network.ts';

/** Beyond so many nobody reads a number. */
const mostCounted = 1n << 32n;

/** How many addresses a network holds, in words. */
export function sizeWords({ size }: Network, { t }: Text): string {
  if (size > mostCounted) return t('allowlist.manyAddresses');
  return t('allowlist.addresses', { count: Number(size) });
}
