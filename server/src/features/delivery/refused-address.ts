import { Refusal, refuse } from '../../kernel/errors.js';
import type { ErrorCode, RefusalDetails } from '../../kernel/errors.js';
import { parseUrl } from '../../kernel/text/text-input.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { messagesOf } from '../notification/notification-types.js';
import { wordsOf } from './why.js';
import type { Why } from './why.js';

type Details = Pick<RefusalDetails, 'field' | 'retryAfter'>;

/**
 * Says why a channel's address or code is not taken, in the language of who typed it. The reason's
 * code is in `issues`, by which pages know that the sentence is for people.
 * @param why a text: the other side's own words
 */
export function refuseFor(
  { locale }: Viewer,
  code: ErrorCode,
  why: Why | string,
  details: Details,
): never {
  if (typeof why === 'string') refuse(code, why, details);
  refuse(code, wordsOf(why, messagesOf[locale]), { ...details, issues: [why.code] });
}

/** A complete address as people type one. @throws BAD_USER_INPUT */
export function addressTyped(viewer: Viewer, typed: string, field: string): URL {
  try {
    return parseUrl(typed, { field, protocols: ['https:', 'http:'] });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const url = URL.parse(typed);
    const hasName = url !== null && (url.username !== '' || url.password !== '');
    const code = hasName ? 'outbound.credentials' : 'form';
    refuseFor(viewer, error.code, { code }, { field });
  }
}
