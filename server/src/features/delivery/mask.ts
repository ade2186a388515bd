/** `j…@example.org`: enough for its owner to know it by. The same is written in SQL in routes.ts. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  return `${[...address.slice(0, at)][0] ?? ''}…${address.slice(at)}`;
}
