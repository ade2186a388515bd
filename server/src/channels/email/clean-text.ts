// Line ends of every kind, and what turns the reading direction around: with them a name could
// show a recipient, a line or a link that is not there.
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** One line without control characters, at most `most` code points; what was longer ends in "…". */
export function singleLine(text: string, most: number): string {
  // Cut before looking closer: the regular expressions must not pay for somebody's megabyte.
  const head = text.slice(0, most * 4).toWellFormed();
  const line = head.replace(invisible, ' ').replace(/\s+/gu, ' ').trim();
  const points = [...line];
  return points.length > most ? `${points.slice(0, most - 1).join('')}…` : line;
}

/** Paragraphs keep their line ends, as \n; everything else as in `singleLine`. */
export function manyLines(text: string, most: number): string {
  const lines = text.split(/\r\n?|[\n\u2028\u2029]/u).map((line) => singleLine(line, most));
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
