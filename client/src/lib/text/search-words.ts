const most = 200;
// What the server takes nowhere in a text of one line.
const breaking = /[\p{Cc}\u2028\u2029]+/gu;
const reordering = /[\u202a-\u202e\u2066-\u2069]/gu;

/** What is looked for, of what was typed, pasted or written into an address: a text that no server refuses. */
export function searchWords(typed: string): string {
  const line = typed.replace(reordering, '').replace(breaking, ' ');
  return line.trim().slice(0, most).toWellFormed();
}
