import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';

export const Metric = { CPU: 'CPU', MEMORY: 'MEMORY', DISK: 'DISK', LOAD: 'LOAD' } as const;
registerEnumType(Metric, { name: 'Metric' });

@ObjectType('HostMetrics')
export class HostMetricsView {
  @Field(() => String)
  name!: string;

  @Field(() => Float)
  cpuPercent!: number;

  @Field(() => Float)
  memoryPercent!: number;

  @Field(() => Float, { description: 'Of the fuller file system of DATA_DIR and STORAGE_ROOT.' })
  diskPercent!: number;

  @Field(() => Float, { description: 'Over one minute, as the system tells it.' })
  load!: number;

  @Field(() => Date)
  at!: Date;
}

@ObjectType('HostPoint', { description: 'Five minutes of a host.' })
export class HostPointView {
  @Field(() => Date)
  at!: Date;

  @Field(() => Float)
  average!: number;

  @Field(() => Float)
  highest!: number;
}
