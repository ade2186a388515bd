import { createUnionType, Field, InputType } from 'type-graphql';
import { SignedInView } from '../session/session.view.js';

@InputType({ description: '`login` is the username or the e-mail.' })
export class SignInInput {
  @Field(() => String)
  login!: string;

  @Field(() => String)
  password!: string;

  @Field(() => Boolean, { defaultValue: true })
  remember!: boolean;
}

export const SignInResult = createUnionType({
  name: 'SignInResult',
  types: () => [SignedInView] as const,
  resolveType: () => SignedInView,
});
