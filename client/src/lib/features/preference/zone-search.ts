/** Without accents and case, "/" and "_" as blanks: what somebody types is rarely written like a zone. */
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[/_]/g, ' ')
    .toLowerCase();

/**
 * Zones whose name or offset holds every word; those first whose city begins with what was typed.
 * @param offset of a zone, for example "GMT+1"
 */
export function zonesFor(
  typed: string,
  zones: readonly string[],
  offset: (zone: string) => string,
): string[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const found = zones.filter((zone) => {
    const text = plain(`${zone} ${offset(zone)}`);
    return words.every((word) => text.includes(word));
  });
  const begins = (zone: string) => plain(cityOf(zone)).startsWith(plain(typed).trim());
  return [...found.filter(begins), ...found.filter((zone) => !begins(zone))];
}

/** "New York" of America/New_York */
export function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** "America"; empty for UTC. */
export function regionOf(zone: string): string {
  return zone.split('/').slice(0, -1).join(', ').replaceAll('_', ' ');
}
