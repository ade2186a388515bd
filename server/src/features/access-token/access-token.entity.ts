import { defineEntity, p } from '@mikro-orm/core';
import type { Scope } from '../../kernel/access/viewer.js';

const AccessTokenSchema = defineEntity({
  name: 'AccessToken',
  tableName: 'access_token',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    name: p.text(),
    prefix: p.text(),
    secretHash: p.text(),
    scopes: p.array().$type<Scope[]>(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
    lastUsedIp: p.text().nullable(),
    expiresAt: p.datetime().nullable(),
    remindedAt: p.datetime().nullable(),
  },
});

/** What a program signs in with. `prefix` is for people to tell theirs apart; the secret is known only as a hash. */
export class AccessToken extends AccessTokenSchema.class {}
AccessTokenSchema.setClass(AccessToken);

export { AccessTokenSchema };
