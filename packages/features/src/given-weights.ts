let areGiven = false;

/**
 * Makes layers whose weights will be given afterwards, as when a saved network is loaded: fixed weights
 * of feature maps start as zeros, because to draw them would take longer than to read them. It lasts
 * until `make` returns: what `make` does after an `await` is not meant.
 *
 * @returns what `make` returns.
 *
 * @example
 * ```ts
 * import { randomFourierFeatures, withGivenWeights } from '@kernel-methods/features';
 *
 * const drawn = randomFourierFeatures({ outputDim: 64, seed: 1 });
 * drawn.build([null, 3]);
 * const given = randomFourierFeatures({ outputDim: 64, seed: 1 });
 * withGivenWeights(() => given.build([null, 3]));
 * given.setWeights(drawn.getWeights());
 * ```
 */
export function withGivenWeights<T>(make: () => T): T {
  const before = areGiven;
  areGiven = true;
  try {
    return make();
  } finally {
    areGiven = before;
  }
}

export const weightsAreGiven = (): boolean => areGiven;
