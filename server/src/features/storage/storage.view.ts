import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, SafeInt } from '../../kernel/schema/scalars.js';
import type { SkipReason } from './walk.js';

const StorageSkipReason = {
  UNREADABLE: 'UNREADABLE',
  OTHER_FILE_SYSTEM: 'OTHER_FILE_SYSTEM',
} as const;
registerEnumType(StorageSkipReason, {
  name: 'StorageSkipReason',
  description: 'Why a measurement left something out.',
});

@ObjectType('StoragePart', { description: 'Where the space went, largest first.' })
export class StoragePartView {
  @Field(() => String, {
    description: 'A first-level folder; `.` is what lies beside them, `…` the smallest together.',
  })
  name!: string;

  @Field(() => SafeInt)
  usedBytes!: number;
}

@ObjectType('StorageSkip', { description: 'What a measurement left out.' })
export class StorageSkipView {
  @Field(() => StorageSkipReason)
  reason!: SkipReason;

  @Field(() => Int)
  count!: number;

  @Field(() => [String], { description: 'The first few, from the person’s folder down.' })
  examples!: string[];
}

@ObjectType('StorageDay')
export class StorageDayView {
  @Field(() => String, { description: 'YYYY-MM-DD, in UTC.' })
  day!: string;

  @Field(() => SafeInt)
  usedBytes!: number;
}

@ObjectType('Storage')
export class StorageView {
  @Field(() => SafeInt)
  usedBytes!: number;

  @Field(() => SafeInt)
  quotaBytes!: number;

  @Field(() => Boolean)
  unlimited!: boolean;

  @Field(() => Float, { nullable: true })
  percent!: number | null;

  @Field(() => DateTime, { nullable: true })
  measuredAt!: Date | null;

  @Field(() => [StoragePartView])
  parts!: StoragePartView[];

  @Field(() => [StorageSkipView])
  skipped!: StorageSkipView[];

  @Field(() => Boolean, { description: 'A measurement is under way.' })
  measuring!: boolean;

  @Field(() => Boolean, {
    description: 'Whether measureStorage can measure; else the figure is what was reported.',
  })
  measurable!: boolean;

  /** What history and forecast are read for, if they are asked for. */
  accountId!: string;
}
