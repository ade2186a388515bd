const day = 86_400_000;
const keptDays = 365;

/** What happened before is told no more, and its personal part is emptied. */
export function toldSince(now: Date): Date {
  return new Date(now.getTime() - keptDays * day);
}
