/**
 * Loaded into the server before it starts (`node --import`), so that what it uses can be asked
 * without a word about benchmarks in its own code.
 */
export interface Usage {
  /** Milliseconds on the processor since the start, all threads. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

process.on('message', ({ id, question }: { id: number; question: string }) => {
  // Hands back to the system what V8 only keeps in reserve, which differs from run to run.
  if (question === 'collect') globalThis.gc?.({ execution: 'sync', flavor: 'last-resort' });
  const { user, system } = process.cpuUsage();
  const value: Usage = { cpu: (user + system) / 1_000, rss: process.memoryUsage.rss() };
  process.send?.({ id, value });
});
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
