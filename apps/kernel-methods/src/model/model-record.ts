import type { Calibration, Label, RejectionRecord } from '@kernel-methods/models';
import { UsageError } from '@kernel-methods/runner';
import type { Machine, Question, Settings } from '@kernel-methods/search';
import type { ColumnType } from '@kernel-methods/tables';
import { type FitSettings, metrics } from '../options/options.ts';

/** A column that the model predicts from. */
export interface InputColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Of a category, the most frequent first. */
  readonly levels?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly hasBlanks: boolean;
}

/** Scores of the folds, their mean and deviation. */
export interface ScoreRecord {
  readonly mean: number;
  readonly deviation: number;
  readonly scores: readonly number[];
}

/** How well one class, or one of several labels, is found. */
export interface ClassScore {
  readonly label: string;
  /** The share of the rows taken for it that are of it, and of its own rows the share found. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The rows that are of it. */
  readonly rows: number;
  /** The other class that most of its rows are taken for, and how many are; of one class per row only. */
  readonly takenFor?: { readonly label: string; readonly rows: number };
}

/** How a model says "none of these", and what comes of it. */
export interface Rejecting {
  /** Of `rejecting` of the library. */
  readonly rejection: RejectionRecord;
  /** On rows that were not trained on: the share that gets a class, and of those the right ones. */
  readonly kept: number;
  readonly right: number;
}

/** What the command knows of a model beside the model itself: `kernel-methods.json`. */
export interface ModelRecord {
  readonly version: 1;
  readonly createdAt: string;
  /** The column to predict; of several, all their names with commas between them. */
  readonly target: string;
  /** The several columns of 0 and 1 that are its labels, where it is no column itself. */
  readonly targetColumns?: readonly string[];
  readonly task: Question['task'];
  readonly metric: string;
  readonly seed: number;
  readonly rows: number;
  /** Of how many rows the scores and importances are, where it has learned from more since. */
  readonly scoredRows?: number;
  readonly classes?: readonly Label[];
  /** With several labels per row: what stands between them in files. */
  readonly labelSeparator?: string;
  readonly columns: readonly InputColumn[];
  readonly machine: Machine;
  readonly settings: Settings;
  /** Whether its coded rows are sparse, as texts are. */
  readonly isSparse: boolean;
  /** In words. */
  readonly description: string;
  readonly scores: Readonly<Record<'chosen' | 'baseline' | 'linear', ScoreRecord | undefined>>;
  /** How well each class, or label, is found, on rows that were not trained on. */
  readonly perClass?: readonly ClassScore[];
  readonly importances: readonly {
    readonly column: string;
    readonly mean: number;
    readonly deviation: number;
  }[];
  /** The files that it was made from, as they lie, and how they are read: `update` reads them again. */
  readonly files: readonly string[];
  readonly reading: Partial<FitSettings>;
  /** For intervals around numbers, and sets of classes, of any share. */
  readonly calibration?: Calibration;
  /** Their share, where predictions have them. */
  readonly interval?: number;
  /** Whether the sums over its rows are saved, by which it learns from more. */
  readonly hasSums?: boolean;
  /** How it says "none of these", where it does. */
  readonly rejecting?: Rejecting;
  readonly program: string;
  /** Other files that were saved with it, such as a page. */
  readonly beside?: readonly string[];
}

/** @throws UsageError unless it is a record that this version reads. */
export function checkRecord(value: unknown, path: string): ModelRecord {
  const record = value as Partial<ModelRecord> | null;
  if (typeof record !== 'object' || record === null || typeof record.version !== 'number') {
    throw damaged(path, 'it is not a record of a model');
  }
  if (record.version !== 1) {
    throw new UsageError(
      `the model must be of version 1: update kernel-methods to read this one. Received: version ${record.version} in ${path}.`,
    );
  }
  const isWhole =
    typeof record.target === 'string' &&
    (record.targetColumns === undefined || Array.isArray(record.targetColumns)) &&
    typeof record.task === 'string' &&
    Object.hasOwn(metrics, record.task) &&
    typeof record.metric === 'string' &&
    Array.isArray(record.columns) &&
    record.columns.every(
      (column) => typeof column?.name === 'string' && typeof column.type === 'string',
    ) &&
    typeof record.scores === 'object' &&
    record.scores !== null &&
    Array.isArray(record.importances) &&
    Array.isArray(record.files);
  if (!isWhole) throw damaged(path, 'a part is missing');
  return record as ModelRecord;
}

const damaged = (path: string, why: string) =>
  new UsageError(`the model must be as it was saved: ${why}. Received: ${path}.`);
