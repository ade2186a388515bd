import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, hostname, loadavg, totalmem } from 'node:os';
import type { MetricName } from './metric.js';

/** What was measured at one moment; without what could not be told. */
export type Sample = Partial<Record<MetricName, number>>;

/** Whatever tells how a host does; tests give samples of their own. */
export interface Probe {
  readonly host: string;
  sample(): Promise<Sample>;
}

interface CpuTimes {
  readonly at: number;
  readonly busy: number;
  readonly total: number;
}

/** An older reading says how it was, not how it is. */
const freshMs = 20_000;
const firstMs = 250;
/** A file system behind a network may not answer at all. */
const patienceMs = 2_000;

/** The machine this server runs on. In a container: memory and CPU of the machine around it. */
export class HostProbe implements Probe {
  readonly host = hostname();
  #last: CpuTimes | null = null;

  constructor(private readonly folders: readonly string[]) {}

  async sample(): Promise<Sample> {
    const [cpu, memory, disk] = await Promise.all([this.#cpu(), memoryPercent(), this.#disk()]);
    return {
      ...(cpu === null ? {} : { CPU: cpu }),
      MEMORY: memory,
      ...(disk === null ? {} : { DISK: disk }),
      LOAD: loadavg()[0]!,
    };
  }

  /** Between this reading and the one before; null when the clock of the machine stood still. */
  async #cpu(): Promise<number | null> {
    if (!this.#last || performance.now() - this.#last.at > freshMs) {
      this.#last = await cpuTimes();
      await new Promise((resolve) => setTimeout(resolve, firstMs));
    }
    const before = this.#last;
    const now = await cpuTimes();
    this.#last = now;
    const passed = now.total - before.total;
    return passed > 0 ? percent(now.busy - before.busy, passed) : null;
  }

  /** Of the fullest file system; as `df` counts, so that what only root may use is full. */
  async #disk(): Promise<number | null> {
    const found = await Promise.all(this.folders.map(fullness));
    const known = found.filter((value) => value !== null);
    return known.length > 0 ? Math.max(...known) : null;
  }
}

/** proc(5), the first line of /proc/stat; guest time is part of user time, waiting for a disk is idle. */
async function cpuTimes(): Promise<CpuTimes> {
  const at = performance.now();
  const stat = await readFile('/proc/stat', 'latin1').catch(() => null);
  if (stat === null) {
    const times = cpus().map((cpu) => cpu.times);
    const idle = times.reduce((sum, each) => sum + each.idle, 0);
    const total = times.flatMap((each) => Object.values(each)).reduce((sum, one) => sum + one, 0);
    return { at, busy: total - idle, total };
  }
  const fields = stat.slice(0, stat.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  const total = fields.reduce((sum, one) => sum + one, 0);
  return { at, busy: total - fields[3]! - fields[4]!, total };
}

/** MemAvailable is what programs could still get; free memory alone leaves out what caches give back. */
async function memoryPercent(): Promise<number> {
  const info = await readFile('/proc/meminfo', 'latin1').catch(() => '');
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info)?.[1]);
  const [total, available] = [kilobytes('MemTotal'), kilobytes('MemAvailable')];
  return total > 0 && available >= 0
    ? percent(total - available, total)
    : percent(totalmem() - freemem(), totalmem());
}

async function fullness(folder: string): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMs);
  });
  const asked = statfs(folder).then(
    ({ blocks, bfree, bavail }) => {
      const used = blocks - bfree;
      return used + bavail > 0 ? percent(used, used + bavail) : null;
    },
    () => null,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

const percent = (part: number, whole: number) => Math.min(100, Math.max(0, (part / whole) * 100));
