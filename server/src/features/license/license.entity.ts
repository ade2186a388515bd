import { defineEntity, p } from '@mikro-orm/core';

const LicenseSchema = defineEntity({
  name: 'License',
  tableName: 'license',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    product: p.text(),
    issuedAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
  },
});

/** The right of an account to use a product. */
export class License extends LicenseSchema.class {
  active(): boolean {
    return this.revokedAt == null;
  }
}
LicenseSchema.setClass(License);

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    id: p.uuid().primary(),
    licenseId: p.uuid(),
    label: p.text(),
    prefix: p.text(),
    secretHash: p.text(),
    createdAt: p.datetime(),
    rotatedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
});

/** With what a tool asks for its license; the secret is known only as a hash. */
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);

export { ApiKeySchema, LicenseSchema };
