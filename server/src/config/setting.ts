import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { parseEmail } from '../kernel/text/address.js';
import { parseCidr } from '../kernel/network/network.js';

/** What a schema's reader throws; the text is the end of the sentence "NAME …". */
class Wrong extends Error {}

function wrong(problem: string): never {
  throw new Wrong(problem);
}

/** A variable's text, read by a function that says `wrong(…)`. */
function reader<T>(read: (text: string) => T) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      try {
        return read(dataset.value);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        addIssue({ message: error.message });
        return NEVER;
      }
    }),
  );
}

const entries = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Comma-separated; entries that come to the same count once, empty ones not at all. */
const listOf = <T extends string | { readonly text: string }>(read: (entry: string) => T) =>
  reader((list): readonly T[] => {
    const all = entries(list).map(read);
    const byText = new Map(all.map((each) => [typeof each === 'string' ? each : each.text, each]));
    return Object.freeze([...byText.values()]);
  });

const printable = (value: string) => !/\p{Cc}|[\u2028\u2029]/u.test(value) && value.isWellFormed();

export const text = (max: number) =>
  reader((value) => {
    if (!printable(value)) wrong('must be one line without control characters');
    if ([...value].length > max) wrong(`must have at most ${max} characters`);
    return value;
  });

/** One-time and bearer tokens; short ones could be guessed. */
export const token = reader((value) => {
  if (!/^[\x21-\x7e]{8,512}$/.test(value)) {
    wrong('must have 8 to 512 letters, digits and signs without spaces');
  }
  return value;
});

export const port = reader((value) => {
  const number = Number(value);
  if (!/^\d{1,5}$/.test(value) || number > 65_535) wrong('must be a whole number from 0 to 65535');
  return number;
});

export const flag = reader((value) => {
  const word = value.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  if (['false', '0', 'no', 'off'].includes(word)) return false;
  return wrong('must be true or false');
});

export const host = reader((value) => {
  const bare = value.replace(/^\[(.*)\]$/, '$1');
  const name = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i;
  // A name all in figures and dots is a mistyped address, not a host.
  if (isIP(bare) === 0 && (!name.test(bare) || /^[\d.]+$/.test(bare))) {
    wrong('must be an address of this machine, or its name');
  }
  return bare;
});

function parsed(value: string, protocols: readonly string[]): URL {
  const url = /\s/.test(value) ? null : URL.parse(value);
  if (!url || !protocols.includes(url.protocol)) {
    return wrong(`must start with ${protocols.map((each) => `${each}//`).join(' or ')}`);
  }
  return url;
}

/** A connection string, handed on as it was written; it may hold a password. */
export const connection = (...protocols: string[]) =>
  reader((value) => {
    const url = parsed(value, protocols);
    if (!url.protocol.startsWith('postgres') && url.hostname === '') wrong('must name a host');
    return value;
  });

/** A web address without what could carry a secret; the slash at its end is cut. */
export const webUrl = reader((value) => {
  const url = parsed(value, ['https:', 'http:']);
  if (url.username || url.password) wrong('must not contain a user name or password');
  if (url.search || url.hash) wrong('must not contain ? or #');
  return url.href.replace(/\/$/, '');
});

function originOf(value: string): string {
  const url = parsed(value, ['https:', 'http:']);
  if (url.username || url.password) wrong('must not contain a user name or password');
  if (url.pathname !== '/' || /[?#]/.test(value)) {
    wrong('must be an origin: scheme, host and port, nothing after them');
  }
  if (url.hostname.includes('*')) wrong('must name each origin; * is not understood');
  return url.origin;
}

export const origin = reader(originOf);
export const origins = listOf(originOf);

export const networks = listOf((entry) => {
  const cidr = parseCidr(entry);
  return cidr ?? wrong(`has an entry that is no address or network: ${JSON.stringify(entry)}`);
});

export const email = reader((value) => {
  const address = parseEmail(value);
  return address?.canonical ?? wrong('must be an e-mail address alone; the name is SITE_NAME');
});

export const phone = reader((value) => {
  if (!/^\+[1-9]\d{6,14}$/.test(value)) wrong('must be a number with + and country code');
  return value;
});

export const logLevel = v.picklist(
  ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
  'must be fatal, error, warn, info, debug, trace or silent',
);

export const path = reader((value) => {
  if (!printable(value)) wrong('must be a path');
  return resolve(value);
});

function existing(value: string, kind: 'file' | 'folder'): string {
  const full = resolve(value);
  const stat = printable(value) ? statSync(full, { throwIfNoEntry: false }) : undefined;
  const fits = kind === 'file' ? stat?.isFile() : stat?.isDirectory();
  if (!fits) wrong(`must be a ${kind} that exists; ${full} is none`);
  try {
    accessSync(full, constants.R_OK);
  } catch {
    wrong(`must be a ${kind} that this process may read; ${full} is not`);
  }
  return full;
}

export const existingFile = reader((value) => existing(value, 'file'));
export const existingFolder = reader((value) => existing(value, 'folder'));

/** Where a comment may stand. */
const secondKey = / (?:ssh|ecdsa|sk)-[^ ]+ +AAAA/;

export const sshPublicKey = reader((value) => {
  const key =
    /^(ssh-(?:ed25519|rsa)|(?:ecdsa-sha2|sk-[a-z0-9-]+)[\w@.-]*) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/.exec(
      value,
    );
  // RFC 4253 §6.6: the blob begins with its own type as a counted string.
  const blob = Buffer.from(key?.[2] ?? '', 'base64');
  const type = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() : '';
  if (!key || !printable(value) || type !== key[1] || secondKey.test(value)) {
    wrong('must be one line of one OpenSSH public key, without options');
  }
  return value;
});

export const systemUser = reader((value) => {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(value)) wrong('must be the name of a user of this machine');
  return value;
});

/** 32 bytes in base64 each, newest first. Never say in a problem what was given. */
export function parseSecretKeys(value: string): readonly Buffer[] {
  const keys = entries(value).map((entry, index) => {
    const key = Buffer.from(entry, 'base64');
    const canonical = entry.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
    if (key.length !== 32 || key.toString('base64').replace(/=+$/, '') !== canonical) {
      wrong(`must hold keys of 32 bytes in base64, and number ${index + 1} is none`);
    }
    return key;
  });
  if (keys.length === 0) wrong('must hold a key of 32 bytes in base64');
  return Object.freeze(keys);
}

export const secretKeys = reader(parseSecretKeys);
