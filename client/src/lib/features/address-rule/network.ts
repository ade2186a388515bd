/** A network as the server will keep it; `size` is how many addresses it holds. */
export interface Network {
  readonly text: string;
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly first: bigint;
  readonly size: bigint;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/** Only to show while somebody types; the server decides what is a network. Null when it is none. */
export function networkOf(typed: string): Network | null {
  const [host = '', bits, ...rest] = typed.trim().split('/');
  const address = parseAddress(host);
  if (!address || rest.length > 0) return null;
  if (bits !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bits)) return null;
  const { family, isMapped, value } = address;
  const given = bits === undefined ? bitsOf[family] : Number(bits) - (isMapped ? 96 : 0);
  if (given < 0 || given > bitsOf[family]) return null;
  const free = BigInt(bitsOf[family] - given);
  const first = (value >> free) << free;
  const text = `${family === 4 ? textOf4(first) : textOf6(first)}/${given}`;
  return { text, family, prefix: given, first, size: 1n << free };
}

export function contains(network: Network, other: Network): boolean {
  return (
    network.family === other.family &&
    other.first >= network.first &&
    other.first + other.size <= network.first + network.size
  );
}

function parseAddress(text: string) {
  if (text.includes('.') && !text.includes(':')) {
    const value = parse4(text);
    return value === null ? null : { family: 4 as const, isMapped: false, value };
  }
  const value = parse6(text);
  if (value === null) return null;
  const isMapped = value >> 32n === 0xffffn;
  return isMapped
    ? { family: 4 as const, isMapped, value: value & 0xffffffffn }
    : { family: 6 as const, isMapped, value };
}

function parse4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
  if (parts.some((part) => Number(part) > 255)) return null;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

/** The browser's own parser of IPv6 in addresses of pages. */
function parse6(text: string): bigint | null {
  if (!/^[\da-f:.]{2,45}$/i.test(text) || !text.includes(':')) return null;
  if (!URL.canParse(`http://[${text}]`)) return null;
  const host = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [head = '', tail] = host.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function textOf4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function textOf6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
