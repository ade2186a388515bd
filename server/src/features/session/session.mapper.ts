import Bowser from 'bowser';
import type { Viewer } from '../../kernel/viewer.js';
import type { Session } from './session.entity.js';
import type { SessionView } from './session.view.js';

const devices: Record<string, string> = {
  desktop: 'Desktop',
  mobile: 'Phone',
  tablet: 'Tablet',
  tv: 'TV',
};

const joined = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ') || null;

/** The row told in a person's words: what the browser said it is, as far as it can be read. */
export function sessionViewOf(session: Session, endsAt: Date, viewer: Viewer): SessionView {
  const said = session.userAgent ? Bowser.parse(session.userAgent) : null;
  return {
    id: session.id,
    browser: joined(said?.browser.name, said?.browser.version?.split('.')[0]),
    os: joined(said?.os.name, said?.os.versionName),
    device: devices[said?.platform.type ?? ''] ?? null,
    ipAddress: session.address ?? '',
    country: null,
    createdAt: session.createdAt,
    lastActiveAt: session.lastActiveAt,
    expiresAt: endsAt,
    current: session.id === viewer.credentialId,
    method: session.method,
  };
}
