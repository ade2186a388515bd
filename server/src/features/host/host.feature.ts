import type { Feature } from '../../kernel/feature.js';
import { HostProbe } from './host-probe.js';
import { HostReadings } from './host-readings.js';
import { HostWatch } from './host-watch.js';
import { HostHistoryResolver, HostResolver } from './host.resolver.js';
import { Hosts } from './hosts.js';

export const host: Feature = {
  name: 'host',
  resolvers: [HostResolver, HostHistoryResolver],
  setUp(kernel) {
    const { dataDir, storageRoot } = kernel.settings;
    const probe = new HostProbe([dataDir, ...(storageRoot === null ? [] : [storageRoot])]);
    const hosts = new Hosts(kernel);
    const readings = new HostReadings(kernel, probe, hosts);
    const watch = new HostWatch(kernel, probe, hosts);
    return {
      instances: [
        hosts,
        readings,
        watch,
        new HostResolver(readings),
        new HostHistoryResolver(readings),
      ],
      services: [watch],
      jobs: [{ name: 'host.sweep', cron: '*/10 * * * *', run: () => hosts.sweep() }],
    };
  },
};
