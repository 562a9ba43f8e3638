import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  fileId,
  lockOf,
  realPathOf,
  tryOutput,
  tryOutputFolder,
  UsageError,
} from '@kernel-methods/runner';
import { flagOf } from '@kernel-methods/runner/options';

/** Options that name a file to be written. */
const files = ['json', 'csv', 'markdown', 'svg', 'html', 'results'] as const;

type Paths = {
  readonly data?: string;
  readonly save?: string;
  /** Read, and so never written. */
  readonly config?: string;
  readonly python?: string;
} & { readonly [F in (typeof files)[number]]?: string };

/** A path that the command reads or writes. */
interface Named {
  /** What messages call it: "--json", "a file of --data". */
  readonly name: string;
  readonly path: string;
}

/**
 * Tries every path before any work is done, and leaves everything as it was. Two names are the same
 * file where the system says so, however they are spelled.
 *
 * @throws UsageError naming the option, for what could not be written at the end, or would be written
 * twice, or is read too.
 */
export function checkPaths(paths: Paths): void {
  if (paths.data !== undefined && !isFolder(paths.data)) {
    throw new UsageError(`\`--data\` must be an existing folder. Received: ${paths.data}.`);
  }
  const undo: (() => void)[] = [];
  try {
    const taken = inputsOf(paths);
    for (const option of files) {
      const path = paths[option];
      if (path === undefined) continue;
      const output = { name: flagOf(option), path };
      undo.push(tried(output));
      refuseTaken(output, taken);
      taken.push(output);
    }
    if (paths.results !== undefined) {
      refuseTaken({ name: 'the lock of --results', path: lockOf(paths.results) }, taken);
    }
    if (paths.save !== undefined) {
      undo.push(triedFolder(paths.save));
      refuseInModel(paths.save, taken);
    }
  } finally {
    for (const one of undo.toReversed()) one();
  }
}

function inputsOf({ config, python, data }: Paths): Named[] {
  return [
    ...(config === undefined ? [] : [{ name: '--config', path: config }]),
    ...(python === undefined ? [] : [{ name: '--python', path: python }]),
    ...(data === undefined ? [] : readdirSync(data)).map((file) => ({
      name: 'a file of --data',
      path: join(data!, file),
    })),
  ];
}

function tried({ name, path }: Named): () => void {
  try {
    return tryOutput(path);
  } catch (error) {
    throw new UsageError(
      `\`${name}\` must be a file in an existing folder that can be written${codeOf(error)}. Received: ${path}.`,
    );
  }
}

function triedFolder(path: string): () => void {
  try {
    return tryOutputFolder(path);
  } catch (error) {
    throw new UsageError(
      `\`--save\` must be a folder that can be written${codeOf(error)}. Received: ${path}.`,
    );
  }
}

/** What the message says already needs no code. */
function codeOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST'].includes(code) ? '' : ` (${code})`;
}

function refuseTaken(output: Named, taken: readonly Named[]): void {
  const other = taken.find((one) => areOneFile(output.path, one.path));
  if (other === undefined) return;
  throw new UsageError(
    `\`${output.name}\` must be another file than ${other.name}. Received: ${output.path}.`,
  );
}

/** A device or a pipe may be named twice: nothing of it is lost. */
function areOneFile(a: string, b: string): boolean {
  const found = statSync(a, { throwIfNoEntry: false });
  if (found === undefined) return leadsTo(a) === leadsTo(b);
  return found.isFile() && fileId(a) === fileId(b);
}

function leadsTo(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    return path; // a folder on the way is missing
  }
}

/** The files that a saved model consists of. */
const ofModel = /^(?:model\.json|weights.*\.bin)$/i;

function refuseInModel(save: string, taken: readonly Named[]): void {
  const folder = fileId(save);
  const inside = taken.find(({ path }) => {
    const at = leadsTo(path);
    return ofModel.test(basename(at)) && fileId(dirname(at)) === folder;
  });
  if (inside === undefined) return;
  throw new UsageError(
    `\`${inside.name}\` must be another file than those of --save, ${realpathSync(save)}. Received: ${inside.path}.`,
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
