import { isotonic } from './isotonic.ts';
import type { CalibrationMethod } from './method.ts';
import { sigmoid } from './sigmoid.ts';
import { temperature } from './temperature.ts';

const methods = { sigmoid, isotonic, temperature } satisfies Record<string, CalibrationMethod>;

/** The name of a way to calibrate probabilities. */
export type CalibrationName = keyof typeof methods;

export const calibrationNames = Object.keys(methods) as CalibrationName[];

export const calibrationByName = (name: CalibrationName): CalibrationMethod => methods[name];
