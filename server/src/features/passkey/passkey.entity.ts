import { defineEntity, p } from '@mikro-orm/core';

const PasskeySchema = defineEntity({
  name: 'Passkey',
  tableName: 'passkey',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    credentialId: p.text(),
    backedUp: p.boolean(),
    transports: p.array(),
    aaguid: p.uuid(),
    name: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
});

/** A passkey as its owner sees it. What its use is checked with is read where that is done. */
export class Passkey extends PasskeySchema.class {
  /** As browsers are told about it, to find it or to leave it out. */
  known(): { id: string; transports: string[] } {
    return { id: this.credentialId, transports: this.transports };
  }
}
PasskeySchema.setClass(Passkey);

export { PasskeySchema };
