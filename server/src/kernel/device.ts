import Bowser from 'bowser';

/** What a browser said it is, in a person's words; null where it cannot be read. */
export interface Device {
  /** With its main version: `Firefox 128`. */
  readonly browser: string | null;
  readonly os: string | null;
  readonly device: string | null;
}

const unknown: Device = { browser: null, os: null, device: null };

const devices: Record<string, string> = {
  desktop: 'Desktop',
  mobile: 'Phone',
  tablet: 'Tablet',
  tv: 'TV',
};

const joined = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ') || null;

/** Reads a User-Agent header: what the browser claims, which proves nothing. */
export function deviceOf(userAgent: string | null): Device {
  if (!userAgent) return unknown;
  const { browser, os, platform } = Bowser.parse(userAgent);
  return {
    browser: joined(browser.name, browser.version?.split('.')[0]),
    os: joined(os.name, os.versionName),
    device: devices[platform.type ?? ''] ?? null,
  };
}
