import { Command } from 'commander';
import type { CliCall, CliCommand } from '../../kernel/command.js';

export type Invoke = (
  command: CliCommand,
  given: Pick<CliCall, 'options' | 'operands'>,
) => Promise<void>;

export interface ProgramOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Commander over the rooms' commands: `user create` becomes `create` in the group `user`. */
export function buildProgram(
  commands: readonly CliCommand[],
  output: ProgramOutput,
  invoke: Invoke,
): Command {
  const program = new Command('gatehouse')
    .description('The account centre at the command line, with or without a running server.')
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showHelpAfterError('(--help tells more)');
  for (const command of commands) addCommand(program, command, invoke);
  for (const group of program.commands.filter(({ commands }) => commands.length > 0)) {
    describe(group);
  }
  return program;
}

function addCommand(program: Command, command: CliCommand, invoke: Invoke): void {
  const name = command.path.at(-1)!;
  const leaf = groupOf(program, command.path.slice(0, -1))
    .command(name)
    .description(command.summary)
    .allowExcessArguments(false);
  if (command.operands) leaf.arguments(command.operands);
  for (const { flags, description, required } of command.options ?? []) {
    if (required) leaf.requiredOption(flags, description);
    else leaf.option(flags, description);
  }
  leaf.option('--json', 'print JSON');
  if (command.examples && command.examples.length > 0) {
    const lines = command.examples.map((example) => `  ${example}`);
    leaf.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  }
  leaf.action(() => invoke(command, { options: leaf.opts(), operands: leaf.args }));
}

function groupOf(program: Command, path: readonly string[]): Command {
  return path.reduce(
    (group, name) => group.commands.find((known) => known.name() === name) ?? group.command(name),
    program,
  );
}

function describe(group: Command): void {
  group.description(group.commands.map((command) => command.name()).join(' | '));
  for (const inner of group.commands) {
    if (inner.commands.length > 0) describe(inner);
  }
}
