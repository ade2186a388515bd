import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { SupportProblem } from './support-accesses.js';

enum SupportProblemName {
  NOT_CONFIGURED = 'NOT_CONFIGURED',
  OLD_OPENSSH = 'OLD_OPENSSH',
  NO_SUCH_USER = 'NO_SUCH_USER',
  FOLDER_MISSING = 'FOLDER_MISSING',
  UNSAFE_FILE = 'UNSAFE_FILE',
  NOT_WRITABLE = 'NOT_WRITABLE',
  SESSIONS_STAY_OPEN = 'SESSIONS_STAY_OPEN',
}
registerEnumType(SupportProblemName, {
  name: 'SupportProblem',
  description: 'What keeps support access from being opened, or could not be done at its end.',
});

@ObjectType('SupportAccess')
export class SupportAccessView {
  @Field(() => Boolean)
  active!: boolean;

  @Field(() => Date, { nullable: true })
  enabledAt!: Date | null;

  @Field(() => String, { nullable: true })
  enabledBy!: string | null;

  @Field(() => Date, { nullable: true })
  expiresAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds until it ends by the server’s clock, for a countdown.',
  })
  secondsLeft!: number | null;

  @Field(() => String, { nullable: true })
  sshUser!: string | null;

  @Field(() => String, { nullable: true, description: 'As `ssh-keygen -l` prints it.' })
  keyFingerprint!: string | null;

  @Field(() => SupportProblemName, { nullable: true })
  problem!: SupportProblem | null;
}
