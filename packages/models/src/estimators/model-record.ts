import { shown } from '@kernel-methods/check';
import type { LossConfig } from '@kernel-methods/losses';
import type { Json } from '@kernel-methods/tables';
import { type CalibrationName, calibrationNames } from '../calibration/method-by-name.ts';
import type { Label } from '../data/labels.ts';
import type { OfFit } from '../fit/settings.ts';
import type { KernelModelOptions } from '../options.ts';
import type { SolverConfig } from '../solvers/solver.ts';
import { solverNames } from '../solvers/solver-by-name.ts';
import type { TaskConfig } from '../tasks/task.ts';
import { type FeaturesRecord, isFeaturesRecord } from './features-record.ts';
import { SavedModelError } from './saved-model-error.ts';

/** The description of a model in its saved user metadata, beyond its weights. */
export interface KernelModelRecord {
  readonly version: 1;
  readonly task: string;
  /** The task's own options, if it has some. */
  readonly taskConfig?: TaskConfig;
  readonly classes: readonly Label[] | null;
  readonly inverseTemperature: number;
  /** The way of the option `calibrate` that found the probabilities, with its curves. */
  readonly calibrated?: { readonly method: CalibrationName; readonly curves?: readonly Json[] };
  /** The thresholds of the task, if probabilities decide. */
  readonly thresholds?: readonly number[];
  readonly settings: OfFit;
  readonly loss: { readonly name: string; readonly config: LossConfig };
  readonly solver?: { readonly name: string; readonly config: SolverConfig };
  readonly options: Pick<KernelModelOptions, (typeof NUMBERS)[number]>;
  /** How the feature map was given, for another fit. Absent if all its maps are layers. */
  readonly features?: FeaturesRecord;
  readonly standardize?: boolean | 'auto';
  readonly calibrate?: CalibrationName;
  /** The option `encoder`, not fitted. */
  readonly encoderOption?: Json;
  /** The column that it predicts, if it was fitted to a table with it. */
  readonly target?: string;
  /** The encoder, if the model was fitted to a table. */
  readonly encoder?: Json;
  /** The class that saved it, where it is one that loads no others. */
  readonly estimator?: string;
  /** The fingerprint of everything else in the file. */
  readonly fingerprint: string;
}

/** The options that are numbers. */
const NUMBERS = [
  ...(['l2', 'epochs', 'batchSize', 'seed', 'outputDim', 'scale', 'memoryBudget'] as const),
] as const;

/**
 * @param ownSolvers names of solvers that the loading class knows besides all others.
 * @throws SavedModelError unless the value is a complete record of version 1 with the right types.
 */
export function checkedRecord(
  value: unknown,
  ownSolvers: readonly string[] = [],
): KernelModelRecord {
  if (value === undefined) {
    throw new SavedModelError(
      'The model was not saved by a kernel model: its metadata lacks `kernelModel`. `loadModel` of @kernel-methods/losses loads any layers model.',
    );
  }
  ensure(isObject(value), 'kernelModel', 'be an object', value);
  const { version, task, classes, inverseTemperature, loss, solver, options, estimator } =
    own(value);
  const { fingerprint, encoder, settings, features, standardize, encoderOption, target } =
    own(value);
  checkCalibration(own(value));
  if (version !== 1) {
    throw new SavedModelError(
      `The saved kernel model must have version 1. Received: ${shown(version, '')}.`,
    );
  }
  ensure(typeof task === 'string', 'task', 'be a name', task);
  ensure(
    classes === null || isClasses(classes),
    'classes',
    'be null or two or more labels of one kind, none twice',
    classes,
  );
  ensure(
    isNumber(inverseTemperature) && inverseTemperature > 0,
    'inverseTemperature',
    'be a positive finite number',
    inverseTemperature,
  );
  checkNamed('loss', loss);
  if (solver !== undefined) {
    checkSolver('solver', solver, [...solverNames, ...ownSolvers, 'fit']);
  }
  checkSettings(settings);
  const isNamed = estimator === undefined || typeof estimator === 'string';
  ensure(isNamed, 'estimator', 'be a name', estimator);
  ensure(encoder === undefined || isObject(encoder), 'encoder', 'be an object', encoder);
  ensure(features === undefined || isFeaturesRecord(features), 'features', 'be maps', features);
  const isWay = [undefined, true, false, 'auto'].includes(standardize as boolean);
  ensure(isWay, 'standardize', "be true, false or 'auto'", standardize);
  const isOption = encoderOption === undefined || isObject(encoderOption);
  ensure(isOption, 'encoderOption', 'be an object', encoderOption);
  ensure(target === undefined || typeof target === 'string', 'target', 'be a name', target);
  ensure(typeof fingerprint === 'string', 'fingerprint', 'be a text', fingerprint);
  ensure(isObject(options), 'options', 'be an object', options);
  for (const [name, option] of Object.entries(options)) {
    const isKnown = (NUMBERS as readonly string[]).includes(name);
    ensure(isKnown, 'options', `hold ${NUMBERS.join(', ')} alone`, name);
    ensure(isNumber(option), `options.${name}`, 'be a finite number', option);
  }
  return value as unknown as KernelModelRecord;
}

/**
 * @throws SavedModelError unless the network has an output for each class, or one for two, and there
 * are as many curves.
 */
export function checkUnits({ classes, calibrated }: KernelModelRecord, units: number): void {
  const curves = calibrated?.curves;
  const isFull = curves === undefined || curves.length === units;
  ensure(isFull, 'calibrated.curves', `be ${units}, one for each output`, curves?.length);
  const fits =
    classes === null || units === classes.length || (units === 1 && classes.length === 2);
  ensure(fits, 'classes', `fit the ${units} outputs of the network`, classes);
}

/** @throws SavedModelError if another class saved the model, or something changed it since. */
export function checkOrigin(
  record: KernelModelRecord,
  estimator: string | undefined,
  fingerprint: string,
): void {
  const saved = record.estimator;
  if (saved !== undefined && estimator !== undefined && saved !== estimator) {
    throw new SavedModelError(
      `The saved model must be one of ${estimator}; \`KernelModel.load\` loads any. Received: one of ${shown(saved, '')}.`,
    );
  }
  if (record.fingerprint !== fingerprint) {
    throw new SavedModelError(
      'The saved model must be as it was written: it is damaged, or was changed since. Save it again.',
    );
  }
}

/** A solver, and the one within it if there is one. */
function checkSolver(field: string, solver: unknown, known: readonly string[]): void {
  const { name, config } = checkNamed(field, solver);
  ensure(known.includes(name), `${field}.name`, `be one of ${known.join(', ')}`, name);
  for (const [option, value] of Object.entries(config)) {
    if (typeof value === 'object') checkSolver(`${field}.config.${option}`, value, solverNames);
  }
}

function checkSettings(value: unknown): void {
  ensure(isObject(value), 'settings', 'be an object', value);
  const { solver, l2, jitter = 0, standardize } = own(value);
  ensure(typeof solver === 'string', 'settings.solver', 'be a name', solver);
  ensure(typeof standardize === 'boolean', 'settings.standardize', 'be true or false', standardize);
  for (const [name, number] of Object.entries({ l2, jitter })) {
    const holds = isNumber(number) && number >= 0;
    ensure(holds, `settings.${name}`, 'be a finite number, 0 or above', number);
  }
}

function checkCalibration({
  taskConfig,
  calibrate,
  calibrated,
  thresholds,
}: Record<string, unknown>): void {
  ensure(
    taskConfig === undefined || isObject(taskConfig),
    'taskConfig',
    'be an object',
    taskConfig,
  );
  const isWay = (way: unknown) => calibrationNames.includes(way as CalibrationName);
  const ways = `be one of ${calibrationNames.join(', ')}`;
  ensure(calibrate === undefined || isWay(calibrate), 'calibrate', ways, calibrate);
  if (calibrated !== undefined) {
    ensure(isObject(calibrated), 'calibrated', 'be an object', calibrated);
    const { method, curves } = own(calibrated);
    ensure(isWay(method), 'calibrated.method', ways, method);
    const isList = curves === undefined || Array.isArray(curves);
    ensure(isList, 'calibrated.curves', 'be an array', curves);
  }
  const isList = Array.isArray(thresholds) && thresholds.every(isNumber);
  ensure(thresholds === undefined || isList, 'thresholds', 'be finite numbers', thresholds);
}

function checkNamed(field: string, value: unknown): { name: string; config: object } {
  ensure(isObject(value), field, 'be an object', value);
  const { name, config } = own(value);
  ensure(typeof name === 'string', `${field}.name`, 'be a name', name);
  ensure(isObject(config), `${field}.config`, 'be an object', config);
  return { name: name as string, config: config as object };
}

function isClasses(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2) return false;
  const kind = typeof value[0];
  return (
    ['number', 'string', 'boolean'].includes(kind) &&
    new Set(value).size === value.length &&
    value.every((label) => typeof label === kind && (kind !== 'number' || isNumber(label)))
  );
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only its own fields, without those of `Object.prototype`. */
const own = (value: Record<string, unknown>): Record<string, unknown> => ({
  __proto__: null,
  ...value,
});

function ensure(holds: boolean, field: string, rule: string, value: unknown): asserts holds {
  if (holds) return;
  throw new SavedModelError(
    `The saved kernel model's \`${field}\` must ${rule}. Received: ${shown(value)}.`,
  );
}
