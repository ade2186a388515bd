import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../kernel/schema/scalars.js';

@ObjectType('TotpEnrollment', {
  description:
    '`secret` is base32; `uri` is the otpauth URI of the QR code; `qrSvg` is ready to show.',
})
export class TotpEnrollmentView {
  @Field(() => String)
  secret!: string;

  @Field(() => String)
  uri!: string;

  @Field(() => String)
  qrSvg!: string;

  @Field(() => DateTime)
  expiresAt!: Date;
}
