import { defineEntity, p } from '@mikro-orm/core';

export type SignInMethod =
  'PASSWORD' | 'PASSWORD_TOTP' | 'PASSWORD_RECOVERY_CODE' | 'PASSKEY' | 'SETUP';

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    secretHash: p.text(),
    formerHash: p.text().nullable(),
    formerUntil: p.datetime().nullable(),
    method: p.text().$type<SignInMethod>(),
    remember: p.boolean(),
    createdAt: p.datetime(),
    lastActiveAt: p.datetime(),
    confirmedAt: p.datetime().nullable(),
    confirmedUntil: p.datetime().nullable(),
    address: p.text().nullable(),
    userAgent: p.text().nullable(),
  },
});

/** A signed-in browser. `id` names it in the API; only the hash of the cookie's secret is known. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

export { SessionSchema };
