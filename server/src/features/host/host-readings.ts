import type { Kernel } from '../../kernel/feature.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Probe } from './host-probe.js';
import type { HostPoint, HostRow, Hosts } from './hosts.js';
import type { MetricName } from './metric.js';

export const alertPermission = 'admin.alerts';
/** Older ones are no answer to how it does now. */
const freshMs = 30_000;

export interface HostReading {
  readonly name: string;
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly diskPercent: number;
  readonly load: number;
  readonly at: Date;
}

/** How the machines do now and did for a day. */
export class HostReadings {
  constructor(
    private readonly kernel: Kernel,
    private readonly probe: Probe,
    private readonly hosts: Hosts,
  ) {}

  async names(viewer: Viewer): Promise<string[]> {
    requirePermission(viewer, alertPermission);
    const names = (await this.hosts.all()).map(({ name }) => name);
    return names.length > 0 ? names : [this.probe.host];
  }

  /**
   * The last sample; of this server's own host a new one where nobody samples it, as at the command
   * line while no server runs.
   * @throws NOT_FOUND field `name`
   */
  async read(viewer: Viewer, name: string | null = null): Promise<HostReading> {
    requirePermission(viewer, alertPermission);
    if (name !== null && name !== this.probe.host) return readingOf(await this.hosts.get(name));
    const now = this.kernel.clock.now();
    const rows = await this.hosts.all();
    const own = rows.find((row) => row.name === this.probe.host);
    if (own?.at && now.getTime() - own.at.getTime() <= freshMs) return readingOf(own);
    const sample = await this.probe.sample();
    return readingOf({
      name: this.probe.host,
      at: now,
      cpu: sample.CPU ?? null,
      memory: sample.MEMORY ?? null,
      disk: sample.DISK ?? null,
      load: sample.LOAD ?? null,
    });
  }

  history(viewer: Viewer, host: string, metric: MetricName): Promise<HostPoint[]> {
    requirePermission(viewer, alertPermission);
    return this.hosts.history(host, metric);
  }
}

function readingOf({ name, at, cpu, memory, disk, load }: HostRow): HostReading {
  return {
    name,
    cpuPercent: cpu ?? 0,
    memoryPercent: memory ?? 0,
    diskPercent: disk ?? 0,
    load: load ?? 0,
    at: at!,
  };
}
