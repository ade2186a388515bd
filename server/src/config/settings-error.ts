export interface SettingsProblem {
  /** The variable's name. */
  name: string;
  /** What was wrong, as the end of the sentence "NAME …", never with the value of a secret in it. */
  problem: string;
  /** A line for `.env` that would do. */
  example: string;
}

/** Settings that cannot be started with: all of them at once, in words for the person at the console. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly problems: readonly SettingsProblem[]) {
    const lines = problems.map(
      ({ name, problem, example }) => `  ${name} ${problem}\n    for example: ${example}`,
    );
    const head = problems.length === 1 ? 'A setting is wrong:' : 'These settings are wrong:';
    super([head, ...lines].join('\n'));
  }
}
