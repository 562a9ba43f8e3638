import { knownOptions } from '@kernel-methods/check';
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
