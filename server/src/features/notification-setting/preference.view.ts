import { Field, InputType, ObjectType } from 'type-graphql';
import { Channel } from '../../kernel/schema/enums.js';
import { NotificationTypeView } from '../notification-type/notification-type.view.js';

@ObjectType('NotificationPreference', {
  description:
    'One row of the matrix. `mandatory` channels cannot be switched off (essential security alerts).',
})
export class NotificationPreferenceView {
  @Field(() => NotificationTypeView)
  type!: NotificationTypeView;

  @Field(() => [Channel])
  enabled!: (keyof typeof Channel)[];

  @Field(() => [Channel])
  mandatory!: (keyof typeof Channel)[];
}

@InputType()
export class PreferenceInput {
  @Field(() => String)
  type!: string;

  @Field(() => Channel)
  channel!: keyof typeof Channel;

  @Field(() => Boolean)
  enabled!: boolean;
}

@ObjectType('QuietHours', {
  description:
    'Local times in the account’s zone; CRITICAL and essential security alerts pass through.',
})
export class QuietHoursView {
  @Field(() => String)
  from!: string;

  @Field(() => String)
  to!: string;
}

@InputType()
export class QuietHoursInput {
  @Field(() => String)
  from!: string;

  @Field(() => String)
  to!: string;
}
