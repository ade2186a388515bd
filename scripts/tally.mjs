/** Counting what vitest's JSON reporter wrote. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @param {string} report path
 * @param {boolean} ok whether vitest ended with success
 * @param {Set<string>} notRun absolute paths of files that are listed by name instead of being counted as skipped
 */
export function tally(report, ok, notRun) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8')).testResults
    : []) {
    const failed = file.assertionResults.filter(
      (/** @type {{ status: string }} */ { status }) => status === 'failed',
    ).length;
    const passed = file.assertionResults.filter(
      (/** @type {{ status: string }} */ { status }) => status === 'passed',
    ).length;
    counts.passed += passed;
    // A file that broke while it was loaded, or in a hook, has no failed test to count.
    counts.failed += file.status === 'failed' ? Math.max(failed, 1) : failed;
    if (!notRun.has(file.name)) counts.skipped += file.assertionResults.length - failed - passed;
  }
  // Nothing found, a crash of vitest, or an error outside every test.
  if (!ok && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** @param {string} path @returns {{ file: string, note: string }[]} */
export function readNotes(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return [...new Set(lines)].map((line) => JSON.parse(line));
}
