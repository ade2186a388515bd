import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { act, alertsTold, newOwner } from '../../../test/alerts.js';
import type { Owner } from '../../../test/alerts.js';
import { gatehouse } from '../../../test/command-line.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { allowOnly } from '../../../test/places.js';
import { now } from '../../../test/second-factor.js';
import { openSupportHost } from '../../../test/support-host.js';
import type { SupportHost } from '../../../test/support-host.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SupportAccesses } from '../support-access/support-accesses.js';

let host: SupportHost;
let app: MailedApp;
let owner: Owner;
let ada: Viewer;
let root: Viewer;
beforeAll(async () => {
  host = await openSupportHost(undefined);
  await host.write(Buffer.from('# mine\n'));
  app = await createMailedApp(host.settings);
  root = await app.signedIn({
    username: 'root',
    permissions: ['admin.users', 'admin.system.support'],
  });
});
afterAll(async () => {
  await app.close();
  await host.close();
});
beforeEach(async () => {
  app.clock.set(new Date());
  owner = await newOwner(app);
  ada = owner.viewer;
});

const ask = (document: string, variables = {}, viewer = ada) =>
  act(app, document, variables, viewer);

describe('what an administrator does is told alone, and by whom', () => {
  const action = '👤 An Administrator Changed Your Gatehouse Account';
  const id = () => ({ id: ada.accountId });

  test.each([
    ['a one-time password', 'setUserPassword(id: $id)', action],
    ['a cleared IP allow-list', 'clearUserIpAllowlist(id: $id) { id }', action],
    ['switched off', 'updateUser(id: $id, input: { disabled: true }) { id }', action],
    [
      'ended sessions',
      'endUserSessions(id: $id) { id }',
      '🔒 Active Sessions Ended on Your Gatehouse Account',
    ],
    ['deleted', 'deleteUser(id: $id)', '🗑️ Your Gatehouse Account Was Deleted'],
  ])('%s', async (_, field, subject) => {
    await allowOnly(app, ada, '0.0.0.0/0', '::/0');
    await ask('mutation { confirmIpAllowlist { hasPassword } }');
    await app.alertsTo();
    root = await now(app, root);
    await ask(`mutation ($id: ID!) { ${field} }`, id(), root);
    const mails = await app.alertsTo();
    expect(mails.map((mail) => [mail.subject, mail.envelopeTo[0]]).sort()).toEqual(
      owner.both(subject),
    );
    for (const { text } of mails) expect(text).toContain('By: root, an administrator');
  });

  test('switched on again', async () => {
    await ask(
      'mutation ($id: ID!) { updateUser(id: $id, input: { disabled: true }) { id } }',
      id(),
      root,
    );
    await app.alertsTo();
    await ask(
      'mutation ($id: ID!) { updateUser(id: $id, input: { disabled: false }) { id } }',
      id(),
      root,
    );
    expect(await alertsTold(app)).toEqual(owner.both(action));
  });

  test('another address: the former one hears who did it', async () => {
    const email = `${ada.name}@elsewhere.example`;
    await ask(
      'mutation ($id: ID!, $email: EmailAddress) { updateUser(id: $id, input: { email: $email }) { id } }',
      { ...id(), email },
      root,
    );
    const mails = await app.alertsTo();
    expect(mails.map((mail) => mail.envelopeTo[0]).sort()).toEqual(
      [email, owner.primary, owner.secondary].sort(),
    );
    for (const { text } of mails) expect(text).toContain('By: root, an administrator');
  });

  test('on the command line of the server as well', async () => {
    expect((await gatehouse(app, `user password -u ${ada.name} --generate`)).code).toBe(0);
    const mails = await app.alertsTo();
    expect(mails.map((mail) => [mail.subject, mail.envelopeTo[0]]).sort()).toEqual(
      owner.both(action),
    );
    expect(mails[0]?.text).toContain('the server’s own command line');
  });
});

test('support access is told to every administrator, by a reference that each of them finds', async () => {
  const grace = await app.signedIn({ permissions: ['admin.audit'] });
  const admins = [root, grace].map(({ name }) => `${name}@example.org`).sort();
  const to = async (subject: string) => {
    const mails = await app.alertsTo();
    expect(mails.map((mail) => mail.envelopeTo[0]).sort()).toEqual(admins);
    expect(new Set(mails.map((mail) => mail.subject))).toEqual(new Set([subject]));
    return mails[0]!.text!;
  };
  const look = async (text: string, viewer: Viewer) => {
    const reference = /Reference: (\S+)/.exec(text)![1];
    const found = await ask(
      'query ($r: String!) { me { activityByReference(reference: $r) { kind } } }',
      { r: reference },
      viewer,
    );
    return (found['me'] as { activityByReference: { kind: string } | null }).activityByReference;
  };
  root = await now(app, root);
  await ask('mutation { enableSupportAccess(hours: 4) { active } }', {}, root);
  const opened = await to('🛟 Support Access Opened on Gatehouse');
  for (const admin of [root, grace]) {
    expect(await look(opened, admin)).toEqual({ kind: 'support_access.enabled' });
  }
  expect(await look(opened, ada)).toBeNull();
  const inbox = '{ me { inbox(first: 1) { nodes { type title data } } } }';
  expect(await ask(inbox, {}, root)).toMatchObject({
    me: {
      inbox: {
        nodes: [{ type: 'support.access_changed', title: 'Support access was opened' }],
      },
    },
  });
  await ask('mutation { disableSupportAccess { active } }', {}, root);
  await to('🛟 Support Access Closed on Gatehouse');
  root = await now(app, root);
  await ask('mutation { enableSupportAccess(hours: 1) { active } }', {}, root);
  await app.alertsTo();
  app.clock.advance(3_601_000);
  await app.unit(() => app.get(SupportAccesses).expire());
  await to('🛟 Support Access Ran Out on Gatehouse');
});
