import type { Text } from '../../text/text.svelte.ts';

/** "Today", "Yesterday", else the day by name. @param key YYYY-MM-DD in the person's zone */
export function dayLabel(key: string, text: Text, now = new Date()): string {
  const today = text.dayOf(now);
  if (key === today) return text.t('inbox.today');
  // Noon, so that no change of the clocks makes it another day.
  const noon = new Date(`${today}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() - 1);
  if (key === noon.toISOString().slice(0, 10)) return text.t('inbox.yesterday');
  return new Intl.DateTimeFormat(text.language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(key.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(new Date(`${key}T12:00:00Z`));
}
