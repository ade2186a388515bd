import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from '../permission/admin.view.js';
import { HostReadings } from './host-readings.js';
import type { HostReading } from './host-readings.js';
import { HostMetricsView, HostPointView, Metric } from './host.view.js';
import type { HostPoint } from './hosts.js';
import type { MetricName } from './metric.js';

/** The part of Admin that is how the machines do. */
@Resolver(() => AdminView)
export class HostResolver {
  constructor(private readonly readings: HostReadings) {}

  @Access({ scope: 'ADMIN', permission: 'admin.alerts' })
  @FieldResolver(() => HostMetricsView, {
    description: 'Permission admin.alerts. Without a name: of the server that answers.',
  })
  host(
    @Ctx() { viewer }: Context,
    @Arg('name', () => String, { nullable: true }) name?: string,
  ): Promise<HostReading> {
    return this.readings.read(viewer, name ?? null);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.alerts' })
  @FieldResolver(() => [String], {
    description: 'Permission admin.alerts. Names of the hosts heard of within a day.',
  })
  hosts(@Ctx() { viewer }: Context): Promise<string[]> {
    return this.readings.names(viewer);
  }
}

@Resolver(() => HostMetricsView)
export class HostHistoryResolver {
  constructor(private readonly readings: HostReadings) {}

  @FieldResolver(() => [HostPointView], { description: 'The last 24 hours, oldest first.' })
  history(
    @Root() { name }: HostReading,
    @Ctx() { viewer }: Context,
    @Arg('metric', () => Metric) metric: MetricName,
  ): Promise<HostPoint[]> {
    return this.readings.history(viewer, name, metric);
  }
}
