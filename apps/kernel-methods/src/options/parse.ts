import { parseArgs } from 'node:util';
import { nearest } from '@kernel-methods/check';
import { UsageError } from '@kernel-methods/runner';
import { flagOf, givenTwice, type Option, readOption } from '@kernel-methods/runner/options';
import type { Asked } from './asked.ts';
import { type Command, type CommandName, commands, isCommand } from './commands.ts';
import { readConfigFile } from './config-file.ts';

/** What is asked for: help, or a command. */
export type Invocation =
  | { readonly help: CommandName | undefined }
  | { readonly command: CommandName; readonly asked: Asked };

type Table = Readonly<Record<string, Option<unknown>>>;

/**
 * The command line as a command and its settings; those of a `--config` file come after it.
 *
 * @throws UsageError naming the option, the rule and the value.
 */
export function parse(args: readonly string[]): Invocation {
  const [name, ...rest] = args;
  const asksHelp = args.includes('--help') || args.includes('-h');
  if (name === undefined || name === 'help' || name.startsWith('-')) {
    if (name !== undefined && name !== 'help' && !asksHelp) throw unknownCommand(name);
    const about = name === 'help' ? rest[0] : undefined;
    if (about !== undefined && !isCommand(about)) throw unknownCommand(about);
    return { help: about };
  }
  if (!isCommand(name)) throw unknownCommand(name);
  if (asksHelp) return { help: name };
  const command = commands[name];
  const { places, texts } = split(rest, command.options);
  const given = Object.fromEntries(
    Object.entries(command.options).flatMap(([option, definition]) => {
      const text = texts.get(flagOf(option));
      return text === undefined ? [] : [[option, readOption(definition, text, flagOf(option))]];
    }),
  );
  const file =
    typeof given.config === 'string' ? readConfigFile(given.config, name, command.options) : {};
  const defaults = Object.fromEntries(
    Object.entries(command.options).map(([option, { fallback }]) => [option, fallback]),
  );
  checkPlaces(places, command);
  return { command: name, asked: { places, settings: { ...defaults, ...file, ...given } } };
}

function split(args: readonly string[], table: Table) {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(table).map(([name, { value }]) => [
        flagOf(name).slice(2),
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  });
  const byFlag = new Map(Object.entries(table).map(([name, option]) => [flagOf(name), option]));
  const flags = [...byFlag.keys()];
  const places: string[] = [];
  const texts = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      places.push(token.value);
      continue;
    }
    const flag = `--${token.name}`;
    if (!flags.includes(flag)) {
      const meant = nearest(flag, flags);
      throw new UsageError(
        `options must be ones that --help lists${meant ? ` (did you mean ${meant}?)` : ''}. Received: ${token.rawName}.`,
      );
    }
    const text = token.value ?? '';
    const before = texts.get(flag);
    const option = byFlag.get(flag)!;
    if (before !== undefined && !option.repeats) throw givenTwice(option, flag, [before, text]);
    texts.set(flag, before === undefined ? text : `${before},${text}`);
  }
  return { places, texts };
}

function checkPlaces(places: readonly string[], { places: [least, most], usage }: Command): void {
  if (places.length >= least && places.length <= most && !places.includes('')) return;
  const received = places.length === 0 ? 'no argument' : places.join(' ');
  throw new UsageError(`the command must be: kernel-methods ${usage}. Received: ${received}.`);
}

function unknownCommand(name: string): UsageError {
  const known = Object.keys(commands);
  const meant = nearest(name, known);
  return new UsageError(
    `the command must be one of ${known.join(', ')}${meant ? ` (did you mean ${meant}?)` : ''}. Received: ${name}.`,
  );
}
