import en from '../../generated/text/en.js';
import it from '../../generated/text/it.js';
import type { Locale } from '../../kernel/access/viewer.js';
import type { OutboundMessage } from '../delivery/channel.js';

const messagesOf = { EN: en, IT: it };

interface Reader {
  readonly locale: Locale;
  readonly timeZone: string;
}

/** No link: whoever asks for it on a telephone asks for something else. */
export function codeMessage(
  { locale, timeZone }: Reader,
  code: string,
  siteName: string,
  createdAt: Date,
): Omit<OutboundMessage, 'id'> {
  const messages = messagesOf[locale];
  return {
    type: 'account.activity',
    severity: 'INFO',
    title: messages['notification.signalCode.title']({ code }),
    body: messages['notification.signalCode.body']({ site: siteName }),
    url: null,
    data: {},
    createdAt,
    locale,
    timeZone,
    siteName,
  };
}
