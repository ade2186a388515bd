/** The other side of Child: what this process can be asked. It ends with whoever started it. */
export function answers(able: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on('message', (message: { id: number; question: string; input: unknown }) => {
    const { id, question, input } = message;
    Promise.resolve()
      .then(() => able[question]!(input as never))
      .then(
        (value) => process.send?.({ id, value }),
        (error: unknown) => process.send?.({ id, error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches every process; the one that was started by hand ends the others in order.
  process.on('SIGINT', () => {});
}
