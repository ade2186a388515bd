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

const joined = (...parts: (string | null | undefined)[]) => parts.filter(Boolean).join(' ') || null;

const browsers = new Set<string>(Object.values(Bowser.BROWSER_MAP));
/** A program's own name, as RFC 9110 section 5.6.2 has it, short and without what makes a link. */
const oneWord = /^[A-Za-z][\w-]{0,31}$/;

/**
 * Whoever tries a password writes this header, and its words come to the owner of the account in a
 * mail from us: a sentence in it would be a stranger's letter under our name.
 */
function nameOf(name = ''): string | null {
  return browsers.has(name) || oneWord.test(name) ? name : null;
}

const mainVersion = (version = '') => /^\d{1,4}(?=$|\.)/.exec(version)?.[0];

/** Reads a User-Agent header: what the browser claims, which proves nothing. */
export function deviceOf(userAgent: string | null): Device {
  if (!userAgent) return unknown;
  const { browser, os, platform } = Bowser.parse(userAgent);
  const name = nameOf(browser.name);
  return {
    browser: name && joined(name, mainVersion(browser.version)),
    os: joined(os.name, os.versionName),
    device: devices[platform.type ?? ''] ?? null,
  };
}
