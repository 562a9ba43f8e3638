import { type Curve, type Estimate, ratio } from './errors.ts';
import type { RowTime } from './times.ts';

export interface Bar {
  what: string;
  got: Estimate | number | undefined;
  met: boolean;
}

/** Slopes of −1/2 where theory says so, better draws with smaller errors, structured ones fast. */
export function judge(curves: readonly Curve[], times: readonly RowTime[]): Bar[] {
  const slopes = curves
    .filter(({ half }) => half)
    .map(({ group, name, slope }) => ({
      what: `${group}: ${name}: slope from −0.6 to −0.4`,
      got: slope,
      met: slope !== undefined && slope.mean >= -0.6 && slope.mean <= -0.4,
    }));
  return [
    ...slopes,
    ...below(curves, 16, 'orthogonal'),
    ...below(curves, 2, 'quasiRandom'),
    ...below(curves, 4, 'quasiRandom'),
    ...faster(times),
  ];
}

/** The whole interval of the ratio of errors lies below 1. */
function below(curves: readonly Curve[], inputs: number, draw: string): Bar[] {
  const group = `random Fourier features, ${inputs} inputs`;
  const find = (name: string) =>
    curves.find((curve) => curve.group === group && curve.name === `gaussian, ${name}, pair`);
  const [own, independent] = [find(draw), find('independent')];
  if (!own || !independent) return [];
  const got = ratio(own, independent);
  const met = got !== undefined && got.high < 1;
  return [{ what: `${group}: error with ${draw} in that with independent, below 1`, got, met }];
}

function faster(times: readonly RowTime[]): Bar[] {
  const own = times.find(({ name }) => name === 'random Fourier, structured, cosine');
  if (!own) return [];
  const what = 'structured against a matrix, 784 to 4,096: at least 3 times as fast';
  return [{ what, got: own.faster, met: own.faster >= 3 }];
}
