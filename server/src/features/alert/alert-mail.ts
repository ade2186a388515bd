import type { Block, Mail, Step } from '../../kernel/outbox/mail.js';
import type { Act, Contact } from './act.js';
import { factsOf } from './alert-facts.js';
import { textIn } from './act.js';
import type { Alert } from './alert-table.js';
import { alertTexts, wordsOf } from './alert-text.js';

export interface AlertSite {
  readonly siteName: string;
  readonly publicUrl: string;
  /** As the operator wrote it; stays text. */
  readonly supportContact: string | null;
}

/** What is told, and with what else it happened. */
export interface Telling {
  readonly alert: Alert;
  readonly together: readonly Act[];
  readonly contact: Contact;
  readonly to: string;
}

/**
 * One alert to one address. Holds no token and no link but to two pages that everybody knows, so
 * that whoever copies its looks gains nothing.
 */
export function alertMail({ alert, together, contact, to }: Telling, site: AlertSite): Mail {
  const { kind, act } = alert;
  const { locale, username } = contact;
  const say = alertTexts[locale];
  const { siteName } = site;
  const words = wordsOf(alert, together, locale, siteName);
  const steps = stepsFor(alert, site, locale);
  const byOthers = act.by === 'administrator' || kind === 'support_access_changed';
  const blocks: Block[] = [
    { kind: 'heading', text: words.title },
    paragraph(say['alert.hello']({ name: username })),
    paragraph(words.what),
    { kind: 'facts', facts: factsOf(alert, together, contact) },
    { kind: 'subheading', text: byOthers ? say['alert.knew']() : say['alert.was']() },
    paragraph(words.you),
    { kind: 'subheading', text: byOthers ? say['alert.knewNot']() : say['alert.wasNot']() },
    paragraph(words.notYou),
    ...(steps.length > 1 ? [paragraph(say['alert.steps.intro']())] : []),
    ...(steps.length > 0 ? [{ kind: 'steps', steps } as const] : []),
    { kind: 'places', places: placesOf(site, locale) },
    note(
      isGone(alert)
        ? say['alert.referenceGone']({ siteName })
        : say['alert.reference']({ siteName }),
    ),
    note(say['alert.guard']()),
    ...whyOf(alert, { contact, to, siteName }).map(note),
  ];
  return {
    // The delivery gives it an id, which is the same at every try.
    id: act.activityId,
    kind: `alert.${kind}`,
    to: { address: to, name: username },
    from: 'security',
    locale,
    subject: words.subject,
    blocks,
  };
}

/** Nobody can sign in there any more. */
const isGone = ({ kind, change }: Alert) => kind === 'account_deletion' && change === 'done';
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const note = (text: string): Block => ({ kind: 'note', text });

/** In the order of the user's document: password, sessions, keys, stronger sign-in, recovery, help. */
function stepsFor(alert: Alert, site: AlertSite, locale: Contact['locale']): Step[] {
  const say = alertTexts[locale];
  const { siteName, supportContact: contact } = site;
  const help = {
    what: say['alert.steps.help'](),
    how: contact
      ? say['alert.steps.helpAt']({ contact })
      : say['alert.steps.helpSomebody']({ siteName }),
  };
  if (alert.kind === 'support_access_changed') return [];
  if (isGone(alert)) return [help];
  return [
    { what: say['alert.steps.password'](), how: say['alert.steps.passwordHow']({ siteName }) },
    { what: say['alert.steps.sessions'](), how: say['alert.steps.sessionsHow']() },
    { what: say['alert.steps.keys'](), how: say['alert.steps.keysHow']() },
    { what: say['alert.steps.stronger'](), how: say['alert.steps.strongerHow']() },
    { what: say['alert.steps.recovery'](), how: say['alert.steps.recoveryHow']() },
    help,
  ];
}

/** The only addresses of an alert. Neither changes anything, and both are typed as easily as followed. */
function placesOf({ publicUrl }: AlertSite, locale: Contact['locale']) {
  const say = alertTexts[locale];
  return [
    { label: say['alert.places.security'](), url: `${publicUrl}/security` },
    { label: say['alert.places.forgot'](), url: `${publicUrl}/forgot-password` },
  ];
}

/** Why it comes to an address that is not the account's own. */
function whyOf(
  { kind, act }: Alert,
  { contact, to, siteName }: Pick<Telling, 'contact' | 'to'> & Pick<AlertSite, 'siteName'>,
): string[] {
  const say = alertTexts[contact.locale];
  if (kind === 'support_access_changed') return [say['alert.why.administrator']({ siteName })];
  if (to === contact.primary) return [];
  if (kind === 'primary_email_changed' && to === textIn(act, 'old')) {
    return [say['alert.why.former']()];
  }
  if (kind === 'secondary_email_removed') return [say['alert.why.removed']()];
  return [say['alert.why.secondary']()];
}
