import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Output } from '@kernel-methods/report';
import { findPython } from './find-python.ts';
import { named, probe, type Requirement } from './python-packages.ts';

export interface MakeOptions {
  readonly signal: AbortSignal;
  readonly output: Pick<Output, 'note' | 'bar' | 'clear'>;
}

/** The Python of an environment in a folder. */
export function interpreterIn(folder: string): string {
  return process.platform === 'win32'
    ? join(folder, 'Scripts', 'python.exe')
    : join(folder, 'bin', 'python');
}

/**
 * Makes a virtual environment with the packages, and returns its interpreter. It is made beside and
 * renamed when it works: the folder is not there or whole, whenever this is killed.
 *
 * @throws Error in one line, where Python 3.11 or a package cannot be had.
 */
export async function makeEnvironment(
  folder: string,
  requirements: readonly Requirement[],
  { signal, output }: MakeOptions,
): Promise<string> {
  const { file, args } = await findPython(signal);
  output.note(`Making a Python environment with ${named(requirements)} in ${folder}.`);
  const part = `${folder}.${process.pid}.part`;
  try {
    makePlace(folder);
    await step('it could not be made', output, signal, file, [...args, '-m', 'venv', part]);
    const own = interpreterIn(part);
    await step('its packages cannot be had', output, signal, own, [
      ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check'],
      ...requirements.map(({ line }) => line),
    ]);
    output.bar(() => 'trying it', true);
    const packages = requirements.map(({ name }) => name);
    await probe(own, [...new Set(packages)], { signal, load: true }).catch((error) => {
      throw failure('its packages do not load', error);
    });
    move(part, folder);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    output.clear();
    // A pip that was stopped may write a last file meanwhile.
    rmSync(part, { recursive: true, force: true, maxRetries: 10 });
  }
  return interpreterIn(folder);
}

function makePlace(folder: string): void {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    removeLeftovers(folder);
  } catch (error) {
    throw failure('it could not be made', error);
  }
}

const day = 86_400_000;

/** Parts that a killed process left behind; younger ones may still be made. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.`) || !name.endsWith('.part')) continue;
    const part = join(dirname(folder), name);
    if (Date.now() - statSync(part).mtimeMs > day) rmSync(part, { recursive: true, force: true });
  }
}

/** Where another process was faster, its environment is as good; one whose Python has gone is replaced. */
function move(part: string, folder: string): void {
  if (existsSync(interpreterIn(folder))) return;
  try {
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } catch (error) {
    if (!existsSync(interpreterIn(folder))) throw failure('it could not be made', error);
  }
}

async function step(
  what: string,
  output: MakeOptions['output'],
  signal: AbortSignal,
  file: string,
  args: readonly string[],
): Promise<void> {
  // What pip tells of a download is long; its words of failure stand at the end.
  const running = promisify(execFile)(file, args, { signal, maxBuffer: 2 ** 26 });
  running.child.stdout?.on('data', (data) => {
    const line = String(data).trim().split('\n').at(-1) ?? '';
    output.bar((width) => line.slice(0, width));
  });
  await running.catch((error) => {
    throw failure(what, error);
  });
}

function failure(what: string, error: unknown): Error {
  return new Error(`The Python environment is not there: ${what}: ${inOurWords(error)}`, {
    cause: error,
  });
}

/** What the tools say in pages, in a line. */
export function inOurWords(error: unknown): string {
  const { stderr = '', stdout = '', message = '' } = error as Record<string, string>;
  const text = `${stderr}\n${stdout}\n${message}`;
  const known = reasons.find(({ sign }) => sign.test(text));
  if (known) return known.words;
  const lines = (stderr || message).split('\n').filter((line) => line.trim() !== '');
  const said =
    lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'no reason was given';
  return said.trim().slice(0, 300);
}

const reasons: readonly { sign: RegExp; words: string }[] = [
  { sign: /ENOSPC|No space left|not enough space/i, words: 'no space is left on the disk.' },
  {
    sign: /EACCES|EROFS|Permission denied|Read-only file system/i,
    words: 'that folder may not be written.',
  },
  {
    sign: /ensurepip|No module named venv/,
    words: 'this Python comes without venv: install it (python3.11-venv).',
  },
  {
    sign: /Temporary failure in name resolution|NewConnectionError|ConnectTimeout|ReadTimeout|Connection refused|Max retries|Network is unreachable|getaddrinfo/,
    words: 'no package index answers; is there a network?',
  },
  {
    sign: /from versions: none/,
    words: 'no package index is reached, or it has nothing for this system.',
  },
  {
    sign: /No matching distribution found/,
    words: 'the package index has not the pinned versions.',
  },
];
