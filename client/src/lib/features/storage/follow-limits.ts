import type { Gatehouse } from '../../connection/gatehouse.ts';
import { LimitsLiveDocument } from '../../graphql/generated/documents.ts';
import type { LimitsLiveSubscription } from '../../graphql/generated/documents.ts';

/**
 * Calls `onchange` whenever a limit or what is used of it changes, and after each lost connection,
 * since what was told meanwhile is gone. Follows the socket of the inbox and opens none of its own.
 * @returns how to stop
 */
export function followLimits({ live, urql }: Gatehouse, onchange: () => void): () => void {
  let stop: (() => void) | undefined;
  // The first connection brings nothing that the page does not know from its load.
  let isAnew = false;
  const open = () => {
    stop?.();
    stop = urql
      .subscription<LimitsLiveSubscription>(LimitsLiveDocument, {})
      .subscribe(({ data }) => data && onchange()).unsubscribe;
  };
  if (live.state === 'live') open();
  const leave = live.onState((state) => {
    if (state === 'interrupted') isAnew = true;
    if (state !== 'live') return;
    open();
    if (isAnew) onchange();
    isAnew = false;
  });
  return () => {
    leave();
    stop?.();
  };
}
