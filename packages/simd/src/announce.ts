import { choleskySteps } from './linalg/cholesky.ts';
import { eighSteps } from './linalg/eigh.ts';
import { matmul64Steps } from './linalg/matmul64.ts';
import { solveTriangularSteps } from './linalg/triangular.ts';
import { setPresent } from './present.ts';
import { getSimd } from './simd.ts';

/** Says that the whole package is there: both entries call it. */
export const announce = (): void =>
  setPresent({ choleskySteps, eighSteps, getSimd, matmul64Steps, solveTriangularSteps });
