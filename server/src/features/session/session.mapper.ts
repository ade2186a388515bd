import { deviceOf } from '../../kernel/text/device.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Countries } from '../country/countries.js';
import type { Session } from './session.entity.js';
import type { SessionView } from './session.view.js';

/** The row told in a person's words: what the browser said it is, as far as it can be read. */
export function sessionViewOf(
  session: Session,
  endsAt: Date,
  viewer: Viewer,
  countries: Countries,
): SessionView {
  return {
    id: session.id,
    ...deviceOf(session.userAgent ?? null),
    ipAddress: session.address ?? '',
    country: countries.of(session.address ?? null),
    createdAt: session.createdAt,
    lastActiveAt: session.lastActiveAt,
    expiresAt: endsAt,
    current: session.id === viewer.credentialId,
    method: session.method,
  };
}
