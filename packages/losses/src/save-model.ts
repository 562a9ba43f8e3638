import { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { CustomFunctions } from './function-record.ts';
import { encodeOptimizer } from './optimizer-state.ts';
import { describeTraining, metadataKey } from './training-record.ts';

export interface SaveModelOptions {
  /** Whether to save what the optimizer has accumulated. Default true. */
  includeOptimizer?: boolean;
  /** Whether to save trainable weights only. Default false. */
  trainableOnly?: boolean;
  /** Your own losses and metrics by name; `loadModel` needs the same. */
  customFunctions?: CustomFunctions;
}

/**
 * Saves a model as `model.save` does, together with what it was compiled with: the loss with its
 * parameters, the metrics, and the optimizer with its state. `loadModel` reads all of it;
 * `tf.loadLayersModel` reads the model.
 *
 * The names go into the saved user metadata, under `kernelMethodsTraining`, beside what you have
 * there. The metadata of `model` itself do not change. The optimizer's state is saved among the
 * weights, as tfjs does it. A model that is not compiled is saved without either.
 *
 * @param handlerOrUrl an io handler, or a URL for which tfjs has one ('localstorage://digits').
 * @throws Error if a loss, metric or optimizer has no known name; nothing has been written then.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: hinge });
 * await saveModel(model, 'indexeddb://digits'); // `loadModel` gives it back, with its loss
 */
export async function saveModel(
  model: LayersModel,
  handlerOrUrl: io.IOHandler | string,
  options: SaveModelOptions = {},
): Promise<io.SaveResult> {
  const { includeOptimizer = true, trainableOnly = false, customFunctions = {} } = options;
  const handler = saveHandler(handlerOrUrl);
  const training = describeTraining(model, customFunctions);
  if (!training) return model.save(handler, { trainableOnly });
  const state = includeOptimizer ? await encodeOptimizer(model.optimizer) : undefined;
  return model.save(
    io.withSaveHandler((artifacts) =>
      handler.save({
        ...artifacts,
        userDefinedMetadata: { ...artifacts.userDefinedMetadata, [metadataKey]: training },
        ...(state && {
          weightSpecs: [...(artifacts.weightSpecs ?? []), ...state.specs],
          weightData: io.CompositeArrayBuffer.join([artifacts.weightData ?? [], state.data].flat()),
        }),
      }),
    ),
    { trainableOnly },
  );
}

function saveHandler(handlerOrUrl: io.IOHandler | string) {
  const isUrl = typeof handlerOrUrl === 'string';
  const handlers = isUrl ? io.getSaveHandlers(handlerOrUrl) : [handlerOrUrl];
  const handler = handlers.length === 1 ? handlers[0] : undefined;
  if (!handler?.save) {
    throw new Error(
      '`handlerOrUrl` must have a `save` method, or be a URL with one save handler. ' +
        `Received: ${isUrl ? handlerOrUrl : 'a handler without it'}.`,
    );
  }
  return { save: handler.save.bind(handler) };
}
