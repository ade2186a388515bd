import type { AllowedNetwork } from '../../kernel/network/address-rule.js';
import { refuse } from '../../kernel/errors.js';
import { parseCidr } from '../../kernel/network/network.js';
import { cleanText } from '../../kernel/text/text-input.js';

const mostEntries = 100;
const mostLabelLength = 64;
const field = 'entries';

/**
 * Networks in canonical form, each once, in the order they were given; the first label wins.
 * @throws LIMIT_REACHED or BAD_USER_INPUT, field `entries`
 */
export function parseEntries(
  given: readonly { readonly cidr: string; readonly label?: string | null }[],
): AllowedNetwork[] {
  if (given.length > mostEntries) {
    refuse('LIMIT_REACHED', `A list holds at most ${mostEntries} networks and addresses.`, {
      field,
    });
  }
  const entries = new Map<string, AllowedNetwork>();
  for (const { cidr, label } of given) {
    const text = parseCidr(cidr.trim())?.text ?? refuseEntry(cidr);
    const known = entries.get(text);
    entries.set(text, { cidr: text, label: known?.label ?? cleanLabel(label) });
  }
  return [...entries.values()];
}

function cleanLabel(label: string | null | undefined): string | null {
  return cleanText(label ?? '', { field, max: mostLabelLength }) || null;
}

function refuseEntry(text: string): never {
  const message = `“${text.slice(0, 64)}” is neither an address nor a network such as 203.0.113.0/24.`;
  refuse('BAD_USER_INPUT', message, { field });
}
