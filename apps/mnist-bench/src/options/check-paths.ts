import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  fileId,
  leadsTo,
  lockOf,
  type NamedPath,
  refuseTaken,
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

function inputsOf({ config, python, data }: Paths): NamedPath[] {
  return [
    ...(config === undefined ? [] : [{ name: '--config', path: config }]),
    ...(python === undefined ? [] : [{ name: '--python', path: python }]),
    ...(data === undefined ? [] : readdirSync(data)).map((file) => ({
      name: 'a file of --data',
      path: join(data!, file),
    })),
  ];
}

function tried({ name, path }: NamedPath): () => void {
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

/** The files that a saved model consists of. */
const ofModel = /^(?:model\.json|weights.*\.bin)$/i;

function refuseInModel(save: string, taken: readonly NamedPath[]): void {
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
