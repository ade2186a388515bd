import { defineEntity, p } from '@mikro-orm/core';
import type { Locale } from '../../kernel/access/viewer.js';

const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.uuid().primary(),
    username: p.text(),
    email: p.text(),
    emailCanonical: p.text(),
    emailVerified: p.boolean().default(false),
    displayName: p.text().nullable(),
    locale: p.text().$type<Locale>().default('EN'),
    timeZone: p.text().default('UTC'),
    role: p.text().$type<'USER' | 'ADMIN'>().default('USER'),
    permissions: p.array().default([]),
    disabledAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});

/** A person (or a role) that signs in. The username never changes. */
export class Account extends AccountSchema.class {
  /** What others see: the display name, else the username. */
  name(): string {
    return this.displayName ?? this.username;
  }
}
AccountSchema.setClass(Account);

export { AccountSchema };
