import { useGatehouse } from '../../connection/context.ts';
import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import { UpdatePreferencesDocument } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { localeOf } from '../../text/text.svelte.ts';
import type { Language } from '../../text/text.svelte.ts';
import { getAnnouncer } from '../../ui/announcer.svelte.ts';
import { getToaster } from '../../ui/toaster.svelte.ts';

/** Every zone this browser knows, and the person's own also where it does not. */
export function timeZones(own: string): string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), own])].sort();
}

/** "GMT+1" */
export function offsetOf(zone: string, language: Language, now = new Date()): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'shortOffset' });
  return parts.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** "Europe/Rome (GMT+1)" */
export function zoneLabel(zone: string, language: Language, now = new Date()): string {
  return `${zone.replaceAll('_', ' ')} (${offsetOf(zone, language, now)})`;
}

/** Language and time zone: in force at once, on this page too. Make it while a component is made. */
export class Preferences {
  isPending = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #text = useText();
  readonly #toaster = getToaster();
  readonly #announcer = getAnnouncer();

  async setLanguage(language: Language): Promise<boolean> {
    const input = { locale: localeOf(language) };
    if (!(await this.#save(() => this.#gatehouse.mutate(UpdatePreferencesDocument, { input }))))
      return false;
    await this.#text.use(language);
    this.#announcer.polite(this.#text.t('settings.languageSaved'));
    return true;
  }

  async setTimeZone(timeZone: string): Promise<boolean> {
    const input = { timeZone };
    if (!(await this.#save(() => this.#gatehouse.mutate(UpdatePreferencesDocument, { input }))))
      return false;
    this.#text.timeZone = timeZone;
    this.#announcer.polite(this.#text.t('settings.timeZoneSaved'));
    return true;
  }

  async #save(work: () => Promise<unknown>): Promise<boolean> {
    this.isPending = true;
    try {
      await work();
      return true;
    } catch (error) {
      const reason = sentenceOf(asFailure(error), this.#text);
      this.#toaster.show({ tone: 'danger', text: this.#text.t('settings.saveFailed', { reason }) });
      return false;
    } finally {
      this.isPending = false;
    }
  }
}
