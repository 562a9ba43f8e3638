import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import type { CustomFunctions } from './function-record.ts';
import { createOptimizer, disposeOptimizer, restoreOptimizer } from './optimizer-state.ts';
import { checkTrainingRecord, metadataKey, readTraining } from './training-record.ts';

export interface LoadModelOptions extends io.LoadOptions {
  /** Your own losses and metrics, by the names that `saveModel` was given for them. */
  customFunctions?: CustomFunctions;
}

/**
 * Loads a model as `tf.loadLayersModel` does and, if `saveModel` wrote it, compiles it as before:
 * `fit` continues where it stopped, with the same loss, metrics, optimizer and optimizer state.
 *
 * Other models are returned as tfjs loads them; one from a plain `model.save` is not compiled. The
 * model owns the optimizer that is made here: unlike after `model.compile`, `model.dispose()`
 * disposes of it too.
 *
 * @param handlerOrUrl an io handler, or a URL that tfjs can load from.
 * @throws Error if the saved loss, a metric or the optimizer is not known here, or if the file is
 * damaged; the error names the part.
 *
 * @example
 * const model = await loadModel('indexeddb://digits');
 */
export async function loadModel(
  handlerOrUrl: io.IOHandler | string,
  options: LoadModelOptions = {},
): Promise<LayersModel> {
  const { customFunctions = {}, ...loadOptions } = options;
  const artifacts = await loadHandler(handlerOrUrl, loadOptions).load();
  const { [metadataKey]: saved, ...metadata } = (artifacts.userDefinedMetadata ?? {}) as {
    [metadataKey]?: unknown;
  };
  if (saved === undefined) return loadLayersModel({ load: async () => artifacts }, loadOptions);

  const record = checkTrainingRecord(saved);
  const named = readTraining(record, customFunctions);
  const optimizer = createOptimizer(record.optimizer.className, record.optimizer.config);
  let model: LayersModel | undefined;
  try {
    // The record is removed: it would be stale if the model were compiled anew and saved in another
    // way.
    const userDefinedMetadata = Object.keys(metadata).length > 0 ? metadata : undefined;
    const plain = { ...artifacts, userDefinedMetadata };
    model = await loadLayersModel({ load: async () => plain }, loadOptions);
    model.compile({ ...named, optimizer });
    const { weightData, weightSpecs } = artifacts;
    if (weightData && weightSpecs) {
      const shapes = model.trainableWeights.map((weight) => weight.shape as number[]);
      await restoreOptimizer(optimizer, weightData, weightSpecs, shapes);
    }
  } catch (error) {
    model?.dispose();
    disposeOptimizer(optimizer);
    throw error;
  }
  const disposeModel = model.dispose.bind(model);
  model.dispose = () => {
    const result = disposeModel();
    if (result.refCountAfterDispose === 0) disposeOptimizer(optimizer);
    return result;
  };
  return model;
}

function loadHandler(handlerOrUrl: io.IOHandler | string, options: io.LoadOptions) {
  if (typeof handlerOrUrl !== 'string') {
    if (handlerOrUrl?.load) return { load: handlerOrUrl.load.bind(handlerOrUrl) };
    throw new Error(
      '`handlerOrUrl` must have a `load` method, or be a URL. Received: a handler without it.',
    );
  }
  const handlers = io.getLoadHandlers(handlerOrUrl, options);
  if (handlers.length > 1) {
    throw new Error(
      `\`handlerOrUrl\` must have one load handler, not ${handlers.length}. ` +
        `Received: ${handlerOrUrl}.`,
    );
  }
  // As in tfjs, a URL that no handler claims is a path relative to the page.
  const handler = (handlers[0] ?? io.browserHTTPRequest(handlerOrUrl, options)) as io.IOHandler;
  if (!handler.load) throw new Error(`Nothing can be loaded from ${handlerOrUrl}.`);
  return { load: handler.load.bind(handler) };
}
