/** As disk makers count: a GB is 10⁹ bytes. */
export const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** For command lines: `500 GB`. */
export function writtenSize(bytes: number): string {
  const place = Math.min(sizeUnits.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** place).toFixed(2))} ${sizeUnits[place]!}`;
}
