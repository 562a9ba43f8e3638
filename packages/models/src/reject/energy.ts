import { positiveFinite } from '@kernel-methods/check';
import type { RejectScore } from './reject-score.ts';

/**
 * The energy T·log Σ exp(f/T) of a row's scores f: how much evidence there is for all classes together.
 *
 * Liu, Wang, Owens & Li, "Energy-based out-of-distribution detection", NeurIPS 2020.
 *
 * @throws RangeError if the temperature is not a positive finite number.
 *
 * @example
 * const wary = rejecting(new KernelLogisticRegression(), { score: energy({ temperature: 1 }) });
 */
export function energy({ temperature = 1 }: { temperature?: number } = {}): RejectScore<void> {
  positiveFinite('temperature', temperature);
  return {
    name: 'energy',
    config: { temperature },
    async score({ rows, classes, decisions }) {
      const f = await decisions();
      return Float64Array.from({ length: rows }, (_, row) => {
        const own = f.subarray(row * classes, (row + 1) * classes);
        const most = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
        let sum = 0;
        for (const value of own) sum += Math.exp((value - most) / temperature);
        return most + temperature * Math.log(sum);
      });
    },
  };
}
