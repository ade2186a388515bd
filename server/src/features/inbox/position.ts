import { isId } from '../../kernel/id.js';

/**
 * Where in the stream of its inbox a client stands. Ids and times do not commit in order, so a
 * position is the PostgreSQL snapshot that was read: what a later one sees and it could not is what
 * was missed. In the middle of a batch it also says how far the batch was told.
 */
export interface Position {
  /**
   * When this PostgreSQL was started, in microseconds. After a crash it may give numbers of undone
   * transactions again, and a restored one certainly does: positions of before say nothing then.
   */
  readonly run: string;
  /** Text of a pg_snapshot. */
  readonly seen: string;
  /** Of rows that `until` sees, those up to this key were told already. */
  readonly told: { readonly until: string; readonly xid: string; readonly id: string } | null;
  readonly at: number;
}

const snapshotForm = /^(\d{1,20}):(\d{1,20}):((?:\d{1,20}(?:,\d{1,20})*)?)$/;
const largestXid = 2n ** 64n - 1n;
const longest = 8_000;
const dayMs = 86_400_000;

/** SQL for `run`. */
export const thisRun = '(extract(epoch from pg_postmaster_start_time()) * 1e6)::bigint::text';

export function encodePosition(position: Position): string {
  const { run, seen, told, at } = position;
  const parts = told ? [run, seen, at, told.until, told.xid, told.id] : [run, seen, at];
  return Buffer.from(parts.join('|')).toString('base64url');
}

/** Null for what is unknown or older than a day: the client must read anew. */
export function decodePosition(text: string, now: Date): Position | null {
  if (text.length > longest) return null;
  const [run, seen, time, until, xid, id, ...rest] = Buffer.from(text, 'base64url')
    .toString()
    .split('|');
  const at = Number(time);
  if (!run || !seen || !isSnapshot(seen) || !Number.isSafeInteger(at) || rest.length > 0)
    return null;
  if (now.getTime() - at > dayMs || at > now.getTime() + dayMs) return null;
  if (until === undefined) return { run, seen, told: null, at };
  if (!isSnapshot(until) || !isXid(xid ?? '') || !isId(id ?? '')) return null;
  return { run, seen, told: { until, xid: xid!, id: id! }, at };
}

/** By the rules of PostgreSQL's pg_snapshot_in, so that what was tampered with never gets there. */
function isSnapshot(text: string): boolean {
  const [, first, last, list] = snapshotForm.exec(text) ?? [];
  if (first === undefined || last === undefined || !isXid(first) || !isXid(last)) return false;
  const xmin = BigInt(first);
  const xmax = BigInt(last);
  const open = list ? list.split(',').map(BigInt) : [];
  return (
    xmin > 0n &&
    xmax >= xmin &&
    open.every((xid, index) => xid >= (open[index - 1] ?? xmin) && xid < xmax)
  );
}

const isXid = (text: string) => /^\d{1,20}$/.test(text) && BigInt(text) <= largestXid;
