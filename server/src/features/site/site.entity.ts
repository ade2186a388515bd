import { defineEntity, p } from '@mikro-orm/core';

const SiteSchema = defineEntity({
  name: 'Site',
  tableName: 'site',
  properties: {
    id: p.smallint().primary(),
    keyFingerprint: p.text().nullable(),
    setupTokenHash: p.text().nullable(),
    setupTokenSealed: p.text().nullable(),
    setUpAt: p.datetime().nullable(),
    registration: p.text().$type<'OPEN' | 'INVITE_ONLY' | 'CLOSED'>(),
    minLength: p.smallint(),
    requireUppercase: p.boolean(),
    requireLowercase: p.boolean(),
    requireDigit: p.boolean(),
    requireSymbol: p.boolean(),
    refuseCommon: p.boolean(),
    sessionIdleDays: p.smallint(),
    sessionDays: p.smallint(),
    failedSignInThreshold: p.smallint(),
    failedSignInWindowMinutes: p.smallint(),
    newSignInRule: p.text().$type<'NETWORK_AND_COUNTRY' | 'NETWORK_OR_COUNTRY'>(),
    requireTwoFactorForAdmins: p.boolean(),
  },
});

/** The one row that every server reads: policy, first set-up, and which key sealed this database. */
export class Site extends SiteSchema.class {}
SiteSchema.setClass(Site);

export { SiteSchema };
