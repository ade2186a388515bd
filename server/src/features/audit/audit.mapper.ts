import { deviceOf } from '../../kernel/text/device.js';
import type { Countries } from '../country/countries.js';
import type { ActivityRow } from './activity-list.js';
import type { ActivityView } from './audit.view.js';

export function activityViewOf(row: ActivityRow, countries: Countries): ActivityView {
  const { browser, os } = deviceOf(row.userAgent);
  return {
    id: row.id,
    kind: row.kind,
    at: row.at,
    ipAddress: row.address,
    country: countries.of(row.address),
    browser,
    os,
    actor: row.actor || null,
    details: row.details,
    reference: row.reference,
  };
}

/** With whom it happened to: the username, or what is left of a deleted account. */
export function auditedViewOf(row: ActivityRow, countries: Countries): ActivityView {
  const account = row.username ?? row.accountId;
  const view = activityViewOf(row, countries);
  return account === null ? view : { ...view, details: { ...view.details, account } };
}
