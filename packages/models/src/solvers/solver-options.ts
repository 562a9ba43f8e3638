import { knownOptions, oneOf } from '@kernel-methods/check';
import { nameHint } from '../runtime/foreign-names.ts';

/** @throws TypeError unless the options of a solver are an object, RangeError for an unknown one. */
export function knownSolverOptions(
  solver: string,
  options: object,
  known: readonly string[],
): void {
  knownOptions(`The options of \`${solver}\``, options, known, (key) =>
    nameHint('option', key, known),
  );
}

const featureTypes = ['float32', 'bfloat16', 'float16'] as const;

/** @throws RangeError if it is no type in which features can be kept, unless it is left out. */
export function checkFeatureType(featureType: unknown): void {
  if (featureType !== undefined) oneOf('featureType', featureType, featureTypes);
}
