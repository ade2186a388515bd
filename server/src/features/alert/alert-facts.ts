import { deviceOf } from '../../kernel/text/device.js';
import { parseEmail } from '../../kernel/text/address.js';
import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Fact } from '../../kernel/outbox/mail.js';
import { endedSessions } from './alert-table.js';
import type { Alert } from './alert-table.js';
import { alertTexts } from './alert-text.js';
import { numberIn, textIn } from './act.js';
import type { Act, Contact } from './act.js';

type Texts = (typeof alertTexts)['EN'];
/** Null leaves the line out. */
type Line = readonly [label: string, value: string | null, is?: 'mailbox'];

/** What happened, when, from where, on what: what can be held against one's own memory. */
export function factsOf(alert: Alert, together: readonly Act[], contact: Contact): Fact[] {
  const { act } = alert;
  const say = alertTexts[contact.locale];
  const lines: Line[] = [
    [say['alert.facts.account'](), contact.username],
    [say['alert.facts.when'](), writeInstant(new Date(act.at), contact.locale, contact.timeZone)],
    ...originOf(act, contact, say),
    [say['alert.facts.by'](), authorText(act, say)],
    ...particulars(alert, together, contact, say),
    [say['alert.facts.reference'](), act.reference],
  ];
  return lines.flatMap(([label, value, is]) =>
    value === null || value === ''
      ? []
      : [{ label, value: is ? unmasked(value) : unlinked(value) }],
  );
}

function originOf(act: Act, { locale }: Contact, say: Texts): Line[] {
  const [from, device] = [say['alert.facts.from'](), say['alert.facts.device']()];
  if (act.by === 'system' && act.address === null) return [];
  if (act.by === 'administrator' && act.address === null) {
    return [[from, say['alert.facts.fromServer']()]];
  }
  return [
    [from, placeText(act, locale) ?? say['alert.facts.fromUnknown']()],
    [device, deviceText(act.userAgent, say)],
  ];
}

function placeText({ address, country }: Act, locale: 'EN' | 'IT'): string | null {
  if (address === null || country === null) return address;
  const names = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' });
  return `${address}, ${names.of(country) ?? country}`;
}

function deviceText(userAgent: string | null, say: Texts): string {
  const { browser, os } = deviceOf(userAgent);
  if (browser && os) return say['alert.facts.deviceOn']({ browser, os });
  return browser ?? os ?? say['alert.facts.deviceUnknown']();
}

function authorText(act: Act, say: Texts): string | null {
  if (act.kind.startsWith('support_access.')) return act.actor;
  return act.by === 'administrator'
    ? say['alert.facts.byAdministrator']({ name: act.actor })
    : null;
}

function particulars(
  { kind, act }: Alert,
  together: readonly Act[],
  contact: Contact,
  say: Texts,
): Line[] {
  const text = (name: string) => textIn(act, name);
  const more = (name: string) =>
    positive(Math.max(...together.map((each) => numberIn(each, name))));
  switch (kind) {
    case 'primary_email_changed':
      return [
        [say['alert.facts.oldAddress'](), text('old'), 'mailbox'],
        [say['alert.facts.newAddress'](), text('new'), 'mailbox'],
      ];
    case 'secondary_email_changed':
      return [
        [say['alert.facts.address'](), text('email'), 'mailbox'],
        [say['alert.facts.oldAddress'](), text('former'), 'mailbox'],
      ];
    case 'secondary_email_removed': {
      const replaced = act.kind === 'secondary_email.changed';
      return [[say['alert.facts.address'](), text(replaced ? 'former' : 'email'), 'mailbox']];
    }
    case 'notification_email_changed':
      return [
        [say['alert.facts.address'](), text('email'), 'mailbox'],
        [say['alert.facts.category'](), text('category')],
      ];
    case 'new_sign_in':
      return [[say['alert.facts.method'](), methodText(text('method'), say)]];
    case 'failed_sign_ins':
      return [[say['alert.facts.attempts'](), text('attempts')]];
    case 'recovery_codes_changed':
      return [[say['alert.facts.codesLeft'](), text('left')]];
    case 'passkey_changed':
      return [
        [say['alert.facts.name'](), text('name')],
        [say['alert.facts.authenticator'](), text('authenticator')],
      ];
    case 'access_token_changed':
      return [
        [say['alert.facts.name'](), text('name')],
        [say['alert.facts.prefix'](), text('prefix')],
      ];
    case 'api_key_changed':
      return [
        [say['alert.facts.label'](), text('label')],
        [say['alert.facts.prefix'](), text('prefix')],
        [say['alert.facts.product'](), text('product')],
      ];
    case 'ip_allowlist_changed':
      return [[say['alert.facts.entries'](), listText(act, 'entries')]];
    case 'support_access_changed':
      return [[say['alert.facts.until'](), instantIn(act, contact)]];
    case 'account_deletion':
      return [[say['alert.facts.deletedAt'](), instantIn(act, contact)]];
    case 'sessions_ended':
    case 'admin_action':
    case 'locked_down':
      return [
        ...rightsLines(act, say),
        [say['alert.facts.sessions'](), positive(endedSessions(together))],
        [say['alert.facts.accessTokens'](), more('accessTokens')],
        [say['alert.facts.apiKeys'](), more('apiKeys')],
      ];
    default:
      return [];
  }
}

/** What an administrator changed of what somebody may do, or is called. */
function rightsLines(act: Act, say: Texts): Line[] {
  const roles = { ADMIN: say['alert.facts.roleAdmin'], USER: say['alert.facts.roleUser'] };
  const { changes } = act.details as { changes?: { displayName?: { to?: unknown } } };
  const name = changes?.displayName?.to;
  return [
    [say['alert.facts.name'](), typeof name === 'string' ? name : null],
    [say['alert.facts.role'](), roles[textIn(act, 'role') as 'ADMIN']?.() ?? null],
    [say['alert.facts.granted'](), listText(act, 'granted')],
    [say['alert.facts.revoked'](), listText(act, 'revoked')],
  ];
}

const positive = (count: number) => (count > 0 ? String(count) : null);

/** However many, in one line that can be read. */
function listText(act: Act, field: string): string {
  const entries = act.details[field];
  if (!Array.isArray(entries)) return textIn(act, field);
  const [shown, rest] = [entries.slice(0, 10), Math.max(0, entries.length - 10)];
  return `${shown.map(String).join(', ')}${rest > 0 ? `, … (+${rest})` : ''}`;
}

function instantIn(act: Act, { locale, timeZone }: Contact): string | null {
  const instant = new Date(textIn(act, 'until') || textIn(act, 'at') || Number.NaN);
  return Number.isNaN(instant.getTime()) ? null : writeInstant(instant, locale, timeZone);
}

function methodText(method: string, say: Texts): string | null {
  const names: Readonly<Record<string, () => string>> = {
    PASSWORD: say['alert.facts.methodPassword'],
    PASSWORD_TOTP: say['alert.facts.methodTotp'],
    PASSWORD_RECOVERY_CODE: say['alert.facts.methodRecovery'],
    PASSKEY: say['alert.facts.methodPasskey'],
  };
  return names[method]?.() ?? null;
}

/**
 * With letters of other scripts an address can look like the owner's own: exаmple.org with a
 * Cyrillic а. How machines write it stands beside it then.
 */
function unmasked(value: string): string {
  const domain = parseEmail(value)?.canonical.split('@')[1];
  if (domain === undefined) return unlinked(value);
  const local = value.slice(0, value.lastIndexOf('@'));
  const plain = `${local.replace(/[^ -~]/gu, encodeURIComponent)}@${domain}`;
  return plain.toLowerCase() === value.toLowerCase() ? value : `${value} (${plain})`;
}

/**
 * A name that somebody chose for a passkey or token must not become a link, as mail programs make
 * one of everything that looks like it: a word joiner, which nobody sees, takes the looks away.
 * Addresses of machines stay as they are. The stops of UTS 46 section 2.3 part the names of hosts, too.
 */
function unlinked(value: string): string {
  return value
    .replace(/:(?=\/\/)/g, ':\u2060')
    .replace(/(?<=[\p{L}\p{N}])[.\u3002\uff0e\uff61](?=\p{L})/gu, '\u2060$&');
}
