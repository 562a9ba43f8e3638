import { parseArgs } from 'node:util';
import { nearest } from '@kernel-methods/check';
import { UsageError } from '@kernel-methods/runner';
import { broken, flag, mustOf, nonNegative, type Rule } from '@kernel-methods/runner/options';

export interface CompareInvocation {
  readonly help: boolean;
  readonly before: string;
  readonly after: string;
  readonly failOnLoss: boolean;
  readonly threshold: number | undefined;
}

/**
 * What follows `compare` on the command line.
 *
 * @throws UsageError naming the option, the rule and the value.
 */
export function parseCompare(args: readonly string[]): CompareInvocation {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, options: forNode });
  const help = tokens.some((token) => token.kind === 'option' && token.name === 'help');
  if (help) return { help, before: '', after: '', failOnLoss: false, threshold: undefined };
  const files: string[] = [];
  const seen = new Set<string>();
  let failOnLoss = false;
  let threshold: number | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value);
    if (token.kind !== 'option') continue;
    const text = token.value ?? '';
    if (seen.has(token.name)) throw broken(`--${token.name}`, 'given once', text);
    seen.add(token.name);
    if (token.name === 'fail-on-loss') failOnLoss = read(flag, text, '--fail-on-loss');
    else if (token.name === 'threshold') threshold = read(nonNegative, text, '--threshold');
    else throw unknown(token.name, token.rawName);
  }
  if (files.length !== 2) {
    throw broken('compare', 'given two files, as in: compare old.json new.json', files.join(' '));
  }
  return { help, before: files[0], after: files[1], failOnLoss, threshold };
}

const forNode = {
  help: { type: 'boolean', short: 'h' },
  'fail-on-loss': { type: 'boolean' },
  threshold: { type: 'string' },
} as const;

function read<T>(rule: Rule<T>, text: string, as: string): T {
  const value = rule.read(text);
  if (value === undefined) throw broken(as, mustOf(rule, text), text);
  return value;
}

function unknown(name: string, raw: string): UsageError {
  const flags = Object.keys(forNode).map((flag) => `--${flag}`);
  const meant = nearest(`--${name}`, flags);
  return new UsageError(
    `options must be ones that compare --help lists${meant ? ` (did you mean ${meant}?)` : ''}. Received: ${raw}.`,
  );
}
