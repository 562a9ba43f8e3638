import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileSystem, KernelModel } from '@kernel-methods/models';
import {
  leadsTo,
  realPathOf,
  tryOutputFolder,
  UsageError,
  writeJson,
  writeText,
} from '@kernel-methods/runner';
import { requireEngine } from '../engine.ts';
import { checkRecord, type ModelRecord } from './model-record.ts';

const recordFile = 'kernel-methods.json';
const programFile = 'program.ts';
/** What a folder of ours holds, and nothing else. */
const ours = /^(?:kernel-methods\.json|program\.ts|model\.json|weights.*\.bin)$/;

/** A model that was read, with what is known of it. The caller disposes of the model. */
export interface SavedModel {
  readonly path: string;
  readonly model: KernelModel;
  readonly record: ModelRecord;
}

/**
 * Tries whether a model can be saved in a folder, and leaves everything as it was.
 *
 * @throws UsageError if it cannot, or if the folder holds anything else than a model.
 */
export function trySave(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const own = found?.isDirectory() && existsSync(recordPath(path)) ? besideIn(path) : [];
  const other = found?.isDirectory()
    ? readdirSync(path).find((name) => !ours.test(name) && !own.includes(name))
    : undefined;
  if (other !== undefined) {
    throw new UsageError(
      `\`--save\` must be a new or empty folder, or one that holds a model. Received: ${path}, which holds ${other}.`,
    );
  }
  try {
    tryOutputFolder(path)();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `\`--save\` must be a folder that can be written (${code}). Received: ${path}.`,
    );
  }
}

/** Pages that a fit wrote into the folder. */
function besideIn(path: string): readonly string[] {
  try {
    return readRecord(path).beside ?? [];
  } catch {
    return [];
  }
}

/**
 * The name that a file has in a model's folder, where that is its place: it is saved with the model.
 *
 * @throws UsageError if the model has a file of that name.
 */
export function nameInFolder(
  flag: string,
  path: string,
  folder: string | undefined,
): string | undefined {
  if (folder === undefined || leadsTo(dirname(resolve(path))) !== leadsTo(resolve(folder))) {
    return undefined;
  }
  const name = basename(path);
  if (!ours.test(name) || name === programFile) return name;
  throw new UsageError(
    `\`${flag}\` must be another file than those of the model. Received: ${path}.`,
  );
}

/**
 * Saves a model: it is written beside, and renamed when it is whole, so that nobody ever reads half
 * of one. A link to a folder is followed.
 *
 * @param beside texts of files that come into the folder with it, by their names.
 */
export async function saveModel(
  path: string,
  model: KernelModel,
  record: ModelRecord,
  beside: Readonly<Record<string, string>> = {},
): Promise<void> {
  const target = realFolder(path);
  mkdirSync(dirname(target), { recursive: true });
  const next = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    const whole = join(next, 'new');
    await model.save(fileSystem(whole), { includeState: record.hasSums ?? false });
    const others = Object.keys(beside);
    writeJson(join(whole, recordFile), {
      ...record,
      ...(others.length > 0 && { beside: others }),
    } satisfies ModelRecord);
    writeText(join(whole, programFile), record.program);
    for (const [name, text] of Object.entries(beside)) writeText(join(whole, name), text);
    if (existsSync(target)) renameSync(target, join(next, 'old'));
    try {
      renameSync(whole, target);
    } catch (error) {
      if (existsSync(join(next, 'old'))) renameSync(join(next, 'old'), target);
      throw error;
    }
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

function realFolder(path: string): string {
  const trimmed = path.replace(/[/\\]+$/, '') || path;
  mkdirSync(dirname(trimmed), { recursive: true });
  return realPathOf(trimmed);
}

/** The file that changes with each save. */
export const recordPath = (path: string): string => join(path, recordFile);

/** @throws UsageError unless the folder holds a model that the command saved. */
export function readRecord(path: string): ModelRecord {
  const found = statSync(path, { throwIfNoEntry: false });
  const file = recordPath(path);
  if (!found?.isDirectory() || !existsSync(file)) {
    throw new UsageError(
      `the model must be a folder that kernel-methods fit --save has written. Received: ${path}.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(
      `the model must be as it was saved: ${recordFile} is no JSON. Received: ${path}.`,
    );
  }
  return checkRecord(value, path);
}

/** @throws UsageError or SavedModelError if there is no model, or a damaged one. */
export async function openModel(path: string): Promise<SavedModel> {
  const record = readRecord(path);
  requireEngine();
  const model = await KernelModel.load(fileSystem(path)).catch((error: Error) => {
    throw new UsageError(`the model must be as it was saved: ${error.message} Received: ${path}.`);
  });
  return { path, model, record };
}
