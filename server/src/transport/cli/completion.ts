import { Argument } from 'commander';
import type { Command } from 'commander';

type Shell = 'bash' | 'zsh';

/** `gatehouse completion bash|zsh`, written from the commands there are, so that none is missing. */
export function addCompletion(program: Command, out: (text: string) => void): void {
  program
    .command('completion')
    .description('print completion for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  source <(gatehouse completion bash)\n  source <(gatehouse completion zsh)',
    )
    .action((shell: Shell, { json }: { json?: boolean }) => {
      const script = { bash, zsh }[shell](placesIn(program));
      out(json ? JSON.stringify({ shell, script }, null, 2) : script);
    });
}

interface Word {
  readonly text: string;
  readonly description: string;
}

/** What may follow some words: `gatehouse user` is followed by `create`, `list`, … */
interface Place {
  readonly path: string;
  readonly next: readonly Word[];
}

function placesIn(command: Command, before = ''): Place[] {
  const path = `${before}${command.name()}`;
  const inner = command.commands.map((one) => ({
    text: one.name(),
    description: one.description(),
  }));
  const options = command.options.map((option) => ({
    text: option.long ?? option.short ?? '',
    description: option.description,
  }));
  const choices = command.registeredArguments.flatMap((argument) =>
    (argument.argChoices ?? []).map((text) => ({ text, description: argument.description })),
  );
  const next = [...inner, ...choices, ...options, { text: '--help', description: 'tell more' }];
  return [{ path, next }, ...command.commands.flatMap((one) => placesIn(one, `${path} `))];
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Words that are no command, such as the value of an option, leave the place as it is. */
const walk = (places: readonly Place[], words: string) => `  local place=gatehouse word
  for word in ${words}; do
    case "$place $word" in
      ${places
        .slice(1)
        .map(({ path }) => quoted(path))
        .join('|')}) place="$place $word" ;;
    esac
  done`;

function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ path, next }) =>
      `    ${quoted(path)}) next=${quoted(next.map(({ text }) => text).join(' '))} ;;`,
  );
  return `_gatehouse() {
${walk(places, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  local next=''
  case "$place" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _gatehouse gatehouse`;
}

function zsh(places: readonly Place[]): string {
  const cases = places.map(({ path, next }) => {
    const words = next.map(({ text, description }) =>
      quoted(`${text}:${description.replaceAll(':', '\\:')}`),
    );
    return `    ${quoted(path)}) next=(${words.join(' ')}) ;;`;
  });
  return `#compdef gatehouse
_gatehouse() {
${walk(places, '"${(@)words[2,CURRENT-1]}"')}
  local -a next
  case "$place" in
${cases.join('\n')}
  esac
  _describe 'gatehouse' next
}
compdef _gatehouse gatehouse`;
}
