import { isotonic } from './isotonic.ts';
import type { CalibrationMethod } from './method.ts';
import { sigmoid } from './sigmoid.ts';
import { temperature } from './temperature.ts';

/** The name of a way to calibrate probabilities. */
export type CalibrationName = 'sigmoid' | 'isotonic' | 'temperature';

const methods: Record<CalibrationName, CalibrationMethod> = { sigmoid, isotonic, temperature };

export const calibrationNames = Object.keys(methods) as CalibrationName[];

export const calibrationByName = (name: CalibrationName): CalibrationMethod => methods[name];
