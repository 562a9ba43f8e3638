import { withGivenWeights } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { checkArtifacts } from './checked-artifacts.ts';
import { asSavedModelError } from './saved-model-error.ts';
import { withoutState } from './saved-state.ts';

/**
 * Loads a network from a handler or a URL.
 *
 * @param check checks the file before anything is built from it: a single wrong digit may ask for
 * more memory than there is.
 * @throws SavedModelError if the file is damaged; errors of the handler are passed on.
 */
export async function loadNetwork<T>(
  handler: tf.io.IOHandler | string,
  check: (artifacts: tf.io.ModelArtifacts, bytes: ArrayBuffer) => T,
): Promise<{ network: tfl.LayersModel; checked: T; state?: ArrayBuffer }> {
  const artifacts = await artifactsOf(handler);
  try {
    const bytes = checkArtifacts(artifacts);
    const checked = check(artifacts, bytes);
    const network = await networkOf(artifacts.modelTopology as object);
    try {
      const { specs, state } = withoutState(artifacts.weightSpecs ?? [], bytes);
      const weights = tf.io.decodeWeights(bytes, specs);
      try {
        network.loadWeights(weights, true);
      } finally {
        tf.dispose(weights);
      }
      return { network, checked, state };
    } catch (error) {
      network.dispose();
      throw error;
    }
  } catch (error) {
    throw asSavedModelError(error);
  }
}

/**
 * tfjs treats a string that no handler claims as a URL, and then only says that it cannot fetch it.
 */
async function artifactsOf(handler: tf.io.IOHandler | string): Promise<tf.io.ModelArtifacts> {
  if (typeof handler !== 'string') return loadBy(handler);
  const [known = tf.io.browserHTTPRequest(handler)] = tf.io.getLoadHandlers(handler);
  return loadBy(known).catch((cause: Error) => {
    throw new Error(
      `No model can be loaded from '${handler}': ${cause.message}. A folder of the file system is read by \`fileSystem('…')\`.`,
      { cause },
    );
  });
}

async function loadBy(handler: tf.io.IOHandler): Promise<tf.io.ModelArtifacts> {
  if (typeof handler?.load === 'function') return handler.load();
  throw new TypeError('`handler` must have a `load` method, or be a URL.');
}

/**
 * The network of a topology, whose weights are to be loaded: they are not drawn. Tensors that tfjs makes
 * before it fails are freed here; it makes them all before its first `await`.
 */
async function networkOf(topology: object): Promise<tfl.LayersModel> {
  const before = new Set(Object.keys(tf.engine().registeredVariables));
  tf.engine().startScope();
  let network: Promise<tfl.LayersModel>;
  try {
    const given = { modelTopology: topology } as Parameters<typeof tfl.models.modelFromJSON>[0];
    network = withGivenWeights(() => tfl.models.modelFromJSON(given));
  } finally {
    tf.engine().endScope();
  }
  const made = Object.entries(tf.engine().registeredVariables).filter(
    ([name]) => !before.has(name),
  );
  return network.then(undefined, (error) => {
    for (const [, variable] of made) if (!variable.isDisposed) variable.dispose();
    throw error;
  });
}
