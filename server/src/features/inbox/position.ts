/**
 * Where in the stream of its inbox a client stands. Ids and times do not commit in order, so a
 * position is the PostgreSQL snapshot that was read: what a later one sees and it could not is what
 * was missed. In the middle of a batch it also says how far the batch was told.
 */
export interface Position {
  /** Text of a pg_snapshot. */
  readonly seen: string;
  /** Of rows that `until` sees, those up to this key were told already. */
  readonly told: { readonly until: string; readonly xid: string; readonly id: string } | null;
  readonly at: number;
}

const snapshot = /^\d{1,20}:\d{1,20}:(\d{1,20}(,\d{1,20})*)?$/;
const uuid = /^[0-9a-f-]{36}$/;
const longest = 8_000;
const dayMs = 86_400_000;

export function encodePosition(position: Position): string {
  const { seen, told, at } = position;
  const parts = told ? [seen, at, told.until, told.xid, told.id] : [seen, at];
  return Buffer.from(parts.join('|')).toString('base64url');
}

/** Null for what is unknown or older than a day: the client must read anew. */
export function decodePosition(text: string, now: Date): Position | null {
  if (text.length > longest) return null;
  const [seen, time, until, xid, id, ...rest] = Buffer.from(text, 'base64url')
    .toString()
    .split('|');
  const at = Number(time);
  if (!seen || !snapshot.test(seen) || !Number.isSafeInteger(at) || rest.length > 0) return null;
  if (now.getTime() - at > dayMs || at > now.getTime() + dayMs) return null;
  if (until === undefined) return { seen, told: null, at };
  if (!snapshot.test(until) || !/^\d{1,20}$/.test(xid ?? '') || !uuid.test(id ?? '')) return null;
  return { seen, told: { until, xid: xid!, id: id! }, at };
}
