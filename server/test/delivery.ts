import { Channels } from '../src/features/delivery/channels.js';
import { DeliveryTries } from '../src/features/dispatch/delivery-tries.js';
import { Notices } from '../src/features/notification/notices.js';
import type { SeverityName } from '../src/kernel/notification-type.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import type { TestApp } from './app.js';

export interface ShownDelivery {
  readonly id: string;
  readonly channel: string;
  readonly status: string;
  readonly reason: string | null;
  readonly target: string;
  readonly tries: readonly { readonly ok: boolean; readonly statusCode: number | null }[];
  readonly notification: { readonly title: string } | null;
}

export interface ShownNotification {
  readonly title: string;
  readonly deliveries: readonly ShownDelivery[];
}

/** What tests of deliveries do with an app: say something, work the lanes, look. */
export class DeliveryBench {
  constructor(private readonly app: TestApp) {}

  sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.app.unit(() => this.app.kernel.database.query<Row>(text, values));
  }

  say(
    title: string,
    viewers: readonly Viewer[],
    { severity = 'INFO', type = 'admin.message' }: { severity?: SeverityName; type?: string } = {},
  ): Promise<{ messageId: string; recipients: number }> {
    return this.app.unit(() =>
      this.app.get(Notices).send({
        type,
        severity,
        texts: { EN: { title, body: '' } },
        audience: { accountIds: viewers.map((viewer) => viewer.accountId!) },
      }),
    );
  }

  /** Works what is due by the clock of the test, as the lanes do. */
  async work(): Promise<void> {
    const all = [...this.app.house.jobs, ...this.app.get(DeliveryTries).jobs()];
    const jobs = new Map(all.map((job) => [job.name, job]));
    for (;;) {
      const taken = await this.sql<{ payload: unknown; name: string }>(
        `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
         where t.id = j.task_id and (t.identifier like 'delivery.%')
           and (j.run_at <= $1 or j.run_at <= now()) returning j.payload, t.identifier as name`,
        [this.app.clock.now()],
      );
      if (taken.length === 0) return;
      for (const { name, payload } of taken) {
        await this.app.unit(() => jobs.get(name)!.run(payload));
      }
    }
  }

  rows(): Promise<
    { channel: string; status: string; reason_code: string | null; target: string }[]
  > {
    return this.sql(
      'select channel, status, reason_code, target from delivery order by channel, created_at, status',
    );
  }

  set(viewer: Viewer, changes: object[]) {
    return this.app.graphql(
      `mutation ($changes: [PreferenceInput!]!) { setPreferences(changes: $changes) {
         types { type { key } enabled mandatory } } }`,
      { changes },
      viewer,
    );
  }

  async shown(viewer: Viewer): Promise<ShownNotification[]> {
    const { data } = await this.app.graphql(
      `{ me { inbox { nodes { title deliveries { id channel status reason target
         tries { ok statusCode } notification { title } } } } } }`,
      {},
      viewer,
    );
    return (data as { me: { inbox: { nodes: ShownNotification[] } } }).me.inbox.nodes;
  }

  register(channel: Parameters<Channels['register']>[0]): void {
    this.app.get(Channels).register(channel);
  }

  async clear(): Promise<void> {
    await this.sql('delete from delivery');
    await this.sql('delete from graphile_worker._private_jobs');
  }
}
