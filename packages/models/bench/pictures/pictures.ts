import { calibrationPicture } from './calibration.ts';
import { conformalPicture } from './conformal.ts';
import { intervalsPicture } from './intervals.ts';
import { labelsPicture } from './labels.ts';
import { noveltyPicture } from './novelty.ts';
import { quantilesPicture } from './quantiles.ts';
import { rejectPicture } from './reject.ts';

/** By the names of their files: each computes its numbers, and draws them as an SVG file. */
export const pictures: Readonly<Record<string, () => Promise<string>>> = {
  novelty: noveltyPicture,
  reject: rejectPicture,
  labels: labelsPicture,
  quantiles: quantilesPicture,
  intervals: intervalsPicture,
  conformal: conformalPicture,
  calibration: calibrationPicture,
};
