import { defineEntity, p } from '@mikro-orm/core';

const PasswordSchema = defineEntity({
  name: 'Password',
  tableName: 'password',
  properties: {
    accountId: p.uuid().primary(),
    hash: p.text(),
    changedAt: p.datetime(),
    oneTimeUntil: p.datetime().nullable(),
  },
});

/** An account's password, as argon2id keeps it. `oneTimeUntil`: set by somebody else, for one use. */
export class Password extends PasswordSchema.class {}
PasswordSchema.setClass(Password);

export { PasswordSchema };
