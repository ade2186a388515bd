import { useGatehouse } from '../../connection/context.ts';
import { useText } from '../../text/context.ts';
import { getAnnouncer } from '../../ui/announcer.svelte.ts';

/** Milliseconds between two announcements, however much arrives. */
const pause = 10_000;

/** Says new notifications to screen readers in batches. Call it while a component is made. */
export function announceArrivals(): void {
  const { live } = useGatehouse();
  const { t } = useText();
  const announcer = getAnnouncer();

  $effect(() => {
    let titles: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;

    function say(): void {
      timer = undefined;
      const title = titles.at(-1);
      if (title === undefined) return;
      announcer.polite(t('inbox.announced', { count: titles.length, title }));
      titles = [];
      timer = setTimeout(say, pause);
    }

    const stop = live.onEvent((event) => {
      if (event.__typename !== 'NotificationAdded') return;
      titles.push(event.notification.title);
      // A moment for what comes together.
      timer ??= setTimeout(say, 300);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  });
}
