import type { Text } from '../../text/text.svelte.ts';
import type { UiText } from '../../ui/ui-text.ts';

/** The atoms' few words, out of the catalogue. */
export function uiText({ t, language, timeZone }: Text): UiText {
  return {
    locale: language,
    timeZone,
    show: t('common.show'),
    hide: t('common.hide'),
    capsLock: t('common.capsLock'),
    copy: t('common.copy'),
    copied: t('common.copied'),
    copyFailed: t('common.copyFailed'),
    close: t('common.close'),
    cancel: t('common.cancel'),
    undo: t('common.undo'),
    menu: t('common.menu'),
    loading: t('common.loading'),
    loadMore: t('common.loadMore'),
    previous: t('common.previous'),
    next: t('common.next'),
    optional: t('common.optional'),
    skipToContent: t('common.skipToContent'),
    messages: t('common.messages'),
  };
}
