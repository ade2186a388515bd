export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
/** Counts what vitest's JSON reporter wrote to `report`; tests of files in `notRun` (absolute paths) are not counted as skipped. */
export function tally(report: string, ok: boolean, notRun: Set<string>): Counts;
/** What test files noted by way of server/test/program.ts. */
export function readNotes(path: string): { file: string; note: string }[];
