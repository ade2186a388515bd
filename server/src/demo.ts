import type { App } from './app.js';
import { Accounts } from './features/account/accounts.js';
import { AlertRules } from './features/alert-rule/alert-rules.js';
import { Broadcasts } from './features/broadcast/broadcasts.js';
import { Licenses } from './features/license/licenses.js';
import { Limits } from './features/limit/limits.js';
import { Domains } from './features/mailbox/domains.js';
import { EmailAccounts } from './features/mailbox/email-accounts.js';
import { EmittedEvents } from './features/event/emitted-events.js';
import { Passwords } from './features/password/passwords.js';
import { allPermissions } from './features/permission/permissions.js';
import { Sites } from './features/site/sites.js';
import { StorageHistory } from './features/storage/storage-history.js';
import { systemViewer } from './kernel/access/viewer.js';

const password = 'walk through the gate';
const gigabyte = 1e9;
/** With what each uses of 500 GB. */
const people = [
  { username: 'ada', displayName: 'Ada Lovelace', role: 'ADMIN', used: 212 },
  {
    username: 'bruno',
    displayName: 'Bruno Conti',
    locale: 'IT',
    timeZone: 'Europe/Rome',
    used: 431,
  },
  { username: 'chen', displayName: 'Chen Wei', timeZone: 'Asia/Shanghai', used: 87 },
  { username: 'dora', used: 0 },
  { username: 'emil', displayName: 'Emil Sørensen', timeZone: 'Europe/Copenhagen', used: 492 },
] as const;

/**
 * A filled site to look around in (`npm run demo`), made by the same use-cases as a real one. Only
 * where nobody is yet: a site that was set up is left as it is.
 * @returns how to sign in, to be printed
 */
export async function fillDemo(app: App): Promise<string> {
  const { kernel, get } = app;
  const isEmpty = await kernel.database.unitOfWork(
    async () => (await get(Sites).facts()).needsSetUp,
  );
  if (isEmpty) await kernel.database.unitOfWork(() => fill(app));
  const accounts = people.map(({ username }) => username).join(', ');
  return isEmpty
    ? `A filled site. Sign in as one of ${accounts} with the password: ${password}`
    : 'This site was set up before, and is served as it is.';
}

async function fill({ kernel, get }: App): Promise<void> {
  const viewer = systemViewer;
  await kernel.database.transaction(async () => {
    for (const { username, ...person } of people) {
      const role = 'role' in person ? person.role : 'USER';
      const account = await get(Accounts).create(viewer, {
        username,
        email: `${username}@example.org`,
        emailVerified: true,
        role,
        permissions: role === 'ADMIN' ? [...allPermissions] : [],
        ...('locale' in person && { locale: person.locale }),
        ...('timeZone' in person && { timeZone: person.timeZone }),
      });
      if ('displayName' in person) account.displayName = person.displayName;
      await get(Passwords).set(viewer, account.id, password, { oneTime: false });
    }
    await get(Sites).closeSetUp();
  });
  await use(get);
  await tell(get);
}

/** What hosting is about: space, mail, licenses, and a machine to keep an eye on. */
async function use(get: App['get']): Promise<void> {
  for (const { username, used } of people) {
    const id = await get(Limits).accountOf(username);
    await get(Limits).set(systemViewer, id, 'disk', 500 * gigabyte);
    await get(Limits).set(systemViewer, id, 'email_accounts', 10);
    await get(Limits).report(systemViewer, { username, key: 'disk', used: used * gigabyte });
    await grow(get(StorageHistory), id, used * gigabyte);
    await get(Domains).put(systemViewer, username, `${username}.example.org`);
    for (const [name, part] of [
      ['hello', 0.31],
      ['invoices', 0.84],
    ] as const) {
      await get(EmailAccounts).put(systemViewer, {
        username,
        address: `${name}@${username}.example.org`,
        archive: false,
        usedBytes: Math.round(5 * gigabyte * part),
        quotaBytes: 5 * gigabyte,
      });
    }
    await get(Licenses).issue(systemViewer, id, 'Panel Pro');
  }
  await get(AlertRules).put(systemViewer, {
    metric: 'DISK',
    threshold: 90,
    forSeconds: 600,
    enabled: true,
  });
}

/** A month in which a fifth came to what was there, a little more on some days than on others. */
async function grow(history: StorageHistory, id: string, used: number): Promise<void> {
  for (let ago = 29; ago > 0; ago -= 1) {
    const share = 1 - ago / 145 + Math.sin(ago) / 200;
    const at = new Date(Date.now() - ago * 86_400_000);
    await history.note(id, Math.round(used * share), at);
  }
}

async function tell(get: App['get']): Promise<void> {
  const broadcasts = get(Broadcasts);
  const events = get(EmittedEvents);
  await broadcasts.broadcast(systemViewer, {
    title: 'Welcome to the new account centre',
    body: 'Your profile, your security and your notifications are in one place now.',
    translations: [
      {
        locale: 'IT',
        title: 'Benvenuti nel nuovo centro account',
        body: 'Profilo, sicurezza e notifiche sono ora in un unico posto.',
      },
    ],
    severity: 'SUCCESS',
  });
  await broadcasts.broadcast(systemViewer, {
    title: 'Maintenance on Sunday',
    body: 'Servers restart one after the other between 02:00 and 04:00 UTC.',
    translations: [],
    severity: 'WARNING',
  });
  for (const { username } of people) {
    for (const [type, application, version] of [
      ['system.application_installed', 'Jellyfin', ''],
      ['system.update_available', 'Sonarr', '4.0.9'],
    ] as const) {
      await events.emit(systemViewer, {
        key: `demo-${application}-${username}`,
        type,
        username,
        translations: [],
        data: { application, version },
      });
    }
  }
}
