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
import { basename, dirname, join } from 'node:path';
import { fileSystem, KernelModel } from '@kernel-methods/models';
import {
  realPathOf,
  tryOutputFolder,
  UsageError,
  writeJson,
  writeText,
} from '@kernel-methods/runner';
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
  const other = found?.isDirectory()
    ? readdirSync(path).find((name) => !ours.test(name))
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

/**
 * Saves a model: it is written beside, and renamed when it is whole, so that nobody ever reads half
 * of one. A link to a folder is followed.
 */
export async function saveModel(
  path: string,
  model: KernelModel,
  record: ModelRecord,
): Promise<void> {
  const target = realFolder(path);
  mkdirSync(dirname(target), { recursive: true });
  const beside = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    const whole = join(beside, 'new');
    await model.save(fileSystem(whole));
    writeJson(join(whole, recordFile), record);
    writeText(join(whole, programFile), record.program);
    if (existsSync(target)) renameSync(target, join(beside, 'old'));
    try {
      renameSync(whole, target);
    } catch (error) {
      if (existsSync(join(beside, 'old'))) renameSync(join(beside, 'old'), target);
      throw error;
    }
  } finally {
    rmSync(beside, { recursive: true, force: true });
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
  const model = await KernelModel.load(fileSystem(path)).catch((error: Error) => {
    throw new UsageError(`the model must be as it was saved: ${error.message} Received: ${path}.`);
  });
  return { path, model, record };
}
