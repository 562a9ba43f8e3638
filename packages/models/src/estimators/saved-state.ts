import * as tf from '@tensorflow/tfjs-core';

/** The name of a solver's state among the weights of a saved model. */
const NAME = 'kernelModel/state';

/**
 * The artifacts with the bytes of a solver's state after the weights, as tfjs saves what an optimizer
 * has accumulated: whatever loads the model as a layers model leaves them out.
 */
export function withState(
  artifacts: tf.io.ModelArtifacts,
  state: ArrayBuffer,
): tf.io.ModelArtifacts {
  const { weightSpecs = [], weightData = [] } = artifacts;
  const spec = { name: NAME, shape: [state.byteLength / 4], dtype: 'int32', group: 'optimizer' };
  return {
    ...artifacts,
    weightSpecs: [...weightSpecs, spec as tf.io.WeightsManifestEntry],
    weightData: tf.io.CompositeArrayBuffer.join([weightData, state].flat()),
  };
}

/** The weights of the network alone, and the bytes of the state if there are some. */
export function withoutState(
  specs: readonly tf.io.WeightsManifestEntry[],
  bytes: ArrayBuffer,
): { readonly specs: tf.io.WeightsManifestEntry[]; readonly state?: ArrayBuffer } {
  const last = specs.at(-1);
  if (last?.name !== NAME) return { specs: [...specs] };
  const state = bytes.slice(bytes.byteLength - 4 * last.shape[0]);
  return { specs: specs.slice(0, -1), state };
}
