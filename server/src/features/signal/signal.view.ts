import { Field, ObjectType } from 'type-graphql';

@ObjectType('SignalNumber', {
  description: 'Until the code of `pendingNumber` is typed in, a verified `number` stays in force.',
})
export class SignalNumberView {
  @Field(() => String)
  number!: string;

  @Field(() => Boolean)
  verified!: boolean;

  @Field(() => String, { nullable: true })
  pendingNumber!: string | null;
}
