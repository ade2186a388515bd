import { describe, expect, test } from 'vitest';
import { renderMail } from '../../channels/email/layout/layout.js';
import type { Act, Contact } from './act.js';
import { alertMail } from './alert-mail.js';
import { alertsOf } from './alert-table.js';

const site = {
  siteName: 'Gatehouse',
  publicUrl: 'https://accounts.example.org',
  supportContact: null,
};
const ada: Contact = {
  accountId: '01937b5e-0000-7000-8000-000000000001',
  username: 'ada',
  locale: 'EN',
  timeZone: 'Europe/Rome',
  primary: 'ada@example.org',
  secondary: null,
  advisory: true,
};

/** What ada reads of an act. */
function read(kind: string, change: Partial<Act> = {}, contact = ada): string {
  const act: Act = {
    activityId: '01937b5e-0000-7000-8000-000000000000',
    accountId: ada.accountId,
    kind,
    at: '2026-12-01T13:05:00Z',
    reference: '7GQ2-M4XK',
    details: {},
    by: 'owner',
    actor: 'ada',
    address: '203.0.113.9',
    country: 'IT',
    userAgent: null,
    contacts: [contact],
    ...change,
  };
  const [alert] = alertsOf([act]);
  const mail = alertMail({ alert: alert!, together: [act], contact, to: contact.primary }, site);
  return renderMail(mail, site).text;
}

describe('in a true alert nobody can put words or links of their own', () => {
  test('as whoever tries a password, by what their browser is called', () => {
    const userAgent = 'Your account was suspended. Call +1 555 0100 at once/1.0 (x';
    const text = read('sign_in.failed_repeatedly', {
      userAgent,
      details: { attempts: 5, minutes: 15 },
    });
    expect(text).not.toContain('suspended');
    expect(text).toContain('Device: not known');
  });

  test.each(['help@evil.example', 'https://evil.example/', 'evil。example', 'ring evil．example'])(
    'as the name of a passkey: %s',
    (name) => {
      const text = read('passkey.added', { details: { name, authenticator: name } });
      expect(text).not.toContain(name);
      expect(text.replaceAll('\u2060', '')).toContain(`Name: ${name}`);
    },
  );
});

describe('an address that only looks like one’s own', () => {
  test.each([
    ['ada@exаmple.org', 'ada@exаmple.org (ada@xn--exmple-4nf.org)'],
    ['аda@example.org', 'аda@example.org (%D0%B0da@example.org)'],
    ['Ada@EXAMPLE.org', 'Ada@EXAMPLE.org'],
  ])('is told as machines write it, too: %s', (address, told) => {
    const text = read('email.changed', { details: { old: 'ada@example.org', new: address } });
    expect(text).toContain(`New address: ${told}\n`);
  });
});

test('a zone that this machine does not know costs nobody the mail', () => {
  const text = read('password.changed', {}, { ...ada, timeZone: 'Mars/Olympus' });
  expect(text).toContain('13:05 UTC');
});
