import { deviceOf } from '../../kernel/device.js';
import type { Page } from '../../kernel/page.js';
import type { Countries } from '../country/countries.js';
import type { ActivityRow } from './activity-list.js';
import type { ActivityConnectionView, ActivityView } from './audit.view.js';

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

export function activityPageOf(
  page: Page<ActivityRow>,
  countries: Countries,
): ActivityConnectionView {
  return { ...page, nodes: page.nodes.map((row) => activityViewOf(row, countries)) };
}
