import type { Kernel } from '../../kernel/feature.js';

export interface LaneFigure {
  readonly channel: string;
  readonly status: string;
  readonly count: number;
  /** Seconds since the oldest of them was due; 0 when none is. */
  readonly overdue: number;
}

/** How full the lanes are, for whoever watches the site. */
export class DeliveryFigures {
  constructor(private readonly kernel: Kernel) {}

  waiting(): Promise<LaneFigure[]> {
    return this.kernel.database.query<LaneFigure>(
      `select channel, status, count(*)::int as count,
         greatest(0, extract(epoch from $1::timestamptz - min(next_attempt_at)))::float8 as overdue
       from delivery where next_attempt_at is not null group by channel, status`,
      [this.kernel.clock.now()],
    );
  }
}
