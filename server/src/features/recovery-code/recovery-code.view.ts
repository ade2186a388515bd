import { Field, ObjectType } from 'type-graphql';

@ObjectType('RecoveryCodes')
export class RecoveryCodesView {
  @Field(() => [String])
  codes!: readonly string[];
}
