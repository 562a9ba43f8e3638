import { type Curve, type Estimate, ratio } from './errors.ts';
import type { RowTime } from './times.ts';

export interface Bar {
  what: string;
  got: Estimate | number | undefined;
  met: boolean;
}

/**
 * The bars: slopes are −1/2 where theory says so, better draws have smaller errors, structured
 * draws are fast.
 */
export function judge(curves: readonly Curve[], times: readonly RowTime[]): Bar[] {
  const slopes = curves
    .filter(({ half }) => half)
    .map(({ group, name, slope }) => ({
      what: `${group}: ${name}: slope from −0.6 to −0.4`,
      got: slope,
      met: slope !== undefined && slope.mean >= -0.6 && slope.mean <= -0.4,
    }));
  const fourier = (inputs: number, draw: string, against = 'independent') =>
    below(
      curves,
      `random Fourier features, ${inputs} inputs`,
      `gaussian, ${draw}, pair`,
      `gaussian, ${against}, pair`,
    );
  const positive = (name: string, against: string) =>
    below(
      curves,
      'other maps, 16 inputs',
      `positiveRandomFeatures, ${name}`,
      `positiveRandomFeatures, ${against}`,
    );
  const landmarks = (method: string) =>
    below(curves, 'rows in unequal heaps, 16 inputs', `nystroem, ${method}`, 'nystroem, uniform');
  return [
    ...slopes,
    ...tight(curves),
    ...fourier(16, 'orthogonal'),
    ...fourier(16, 'structured', 'fastfood'),
    ...fourier(2, 'quasiRandom'),
    ...fourier(4, 'quasiRandom'),
    ...positive('orthogonal, single', 'independent, single'),
    ...positive('independent, pair', 'independent, single'),
    ...positive('orthogonal, pair', 'orthogonal, single'),
    ...landmarks('kmeans++'),
    ...landmarks('leverage'),
    ...faster(times),
  ];
}

/** For maps whose variance is known: the interval holds −1/2, and neither −0.6 nor −0.4. */
const tight = (curves: readonly Curve[]): Bar[] =>
  curves
    .filter(({ name }) => /^positiveRandomFeatures, independent/.test(name))
    .map(({ group, name, slope }) => ({
      what: `${group}: ${name}: −0.5 inside the slope's interval, −0.6 and −0.4 outside`,
      got: slope,
      met:
        slope !== undefined &&
        slope.low <= -0.5 &&
        slope.high >= -0.5 &&
        slope.low > -0.6 &&
        slope.high < -0.4,
    }));

/** The whole interval of the ratio of two errors must lie below 1. */
function below(curves: readonly Curve[], group: string, of: string, against: string): Bar[] {
  const find = (name: string) =>
    curves.find((curve) => curve.group === group && curve.name === name);
  const [own, other] = [find(of), find(against)];
  if (!own || !other) return [];
  const got = ratio(own, other);
  const met = got !== undefined && got.high < 1;
  return [{ what: `${group}: error of ${of} relative to that of ${against}, below 1`, got, met }];
}

function faster(times: readonly RowTime[]): Bar[] {
  const own = times.find(({ name }) => name === 'random Fourier, structured, cosine');
  if (!own) return [];
  const what = 'structured against a matrix, 784 to 4,096: at least 4 times as fast';
  return [{ what, got: own.faster, met: own.faster >= 4 }];
}
