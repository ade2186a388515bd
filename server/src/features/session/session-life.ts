const hour = 3_600_000;
const day = 24 * hour;

export interface SessionPolicy {
  readonly sessionIdleDays: number;
  readonly sessionDays: number;
}

interface Life {
  readonly createdAt: Date;
  readonly lastActiveAt: Date;
  readonly remember: boolean;
}

/** Milliseconds without a request after which the session is over. */
function idleMs(policy: SessionPolicy, remember: boolean): number {
  return remember ? policy.sessionIdleDays * day : 12 * hour;
}

/** Seconds that the browser keeps the cookie; null until it is closed. */
export function maxAgeOf(policy: SessionPolicy, remember: boolean): number | null {
  return remember ? Math.max(idleMs(policy, true), policy.sessionDays * day) / 1000 : null;
}

/** The nearer of the idle and the absolute end; lucia knows only one of the two. */
export function endOf(session: Life, policy: SessionPolicy): Date {
  return new Date(
    Math.min(
      session.createdAt.getTime() + policy.sessionDays * day,
      session.lastActiveAt.getTime() + idleMs(policy, session.remember),
    ),
  );
}
